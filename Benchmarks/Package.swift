// swift-tools-version: 6.2
import Foundation
import PackageDescription

// A package of its own, so that whoever builds Assay never builds its benchmark.

let isContinuousIntegration = ProcessInfo.processInfo.environment["CI"] != nil

let package = Package(
    name: "assay-benchmarks",
    targets: [
        .executableTarget(
            name: "assay-bench",
            swiftSettings: [
                .strictMemorySafety(),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InferIsolatedConformances"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            ] + (isContinuousIntegration ? [.treatAllWarnings(as: .error)] : []),
        )
    ],
    swiftLanguageModes: [.v6],
)
