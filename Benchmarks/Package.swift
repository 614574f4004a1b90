// swift-tools-version: 6.2
import Foundation
import PackageDescription

// A package of its own, so that whoever builds Assay never builds its benchmark.

let isContinuousIntegration = ProcessInfo.processInfo.environment["CI"] != nil

let common: [SwiftSetting] =
    [
        .strictMemorySafety(),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InferIsolatedConformances"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (isContinuousIntegration ? [.treatAllWarnings(as: .error)] : [])

let package = Package(
    name: "assay-benchmarks",
    targets: [
        // A link to the same folder of Assay's own package.
        .target(name: "LocalBrokers", swiftSettings: common),
        .executableTarget(
            name: "assay-bench",
            dependencies: ["LocalBrokers"],
            swiftSettings: common,
        ),
    ],
    swiftLanguageModes: [.v6],
)
