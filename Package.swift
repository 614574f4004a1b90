// swift-tools-version: 6.2
import Foundation
import PackageDescription

// One line per target: `module` and `tests` below hold what all targets share, so that a compiler
// setting cannot be forgotten in one of them.

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

func module(_ name: String, uses dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: common)
}

func tests(of name: String, uses dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        swiftSettings: common,
    )
}

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
/// The C interface beneath GRDB, for binding values on the hot path.
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let arguments = Target.Dependency.product(
    name: "ArgumentParser",
    package: "swift-argument-parser",
)
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "assay",
    products: [.executable(name: "assay", targets: ["assay"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CMosquitto",
            pkgConfig: "libmosquitto",
            providers: [.apt(["libmosquitto-dev"])],
        ),

        // Pure: no clock, no input or output, no lock, no async, no Foundation.
        module("Monitoring"),
        module("Decoding", uses: ["Monitoring"]),
        module("Alarms", uses: ["Monitoring"]),

        // The edges.
        module("Mosquitto", uses: ["CMosquitto", "Monitoring", logging]),
        module("History", uses: ["Alarms", "Monitoring", grdb, sqlite]),
        module("Delivery", uses: ["Alarms", "Monitoring", "Mosquitto", logging]),
        module(
            "Settings",
            uses: ["Alarms", "Decoding", "Delivery", "History", "Monitoring", "Mosquitto", yams],
        ),
        module("Simulation", uses: ["Monitoring"]),
        module("LocalBrokers"),

        module(
            "Daemon",
            uses: [
                "Alarms", "Decoding", "Delivery", "History", "Monitoring", "Mosquitto",
                "Settings", logging,
            ],
        ),
        .executableTarget(
            name: "assay",
            dependencies: [
                "Alarms", "CMosquitto", "Daemon", "Decoding", "Delivery", "History",
                "LocalBrokers", "Monitoring", "Mosquitto", "Settings", "Simulation", arguments,
                logging,
            ],
            swiftSettings: common,
            // The linker of the toolchain: with the standard library linked in it takes seconds
            // where the default one takes minutes.
            linkerSettings: [.unsafeFlags(["-use-ld=lld"])],
        ),

        .target(
            name: "TestSupport",
            dependencies: ["LocalBrokers"],
            path: "Tests/TestSupport",
            swiftSettings: common,
        ),
        tests(of: "Monitoring"),
        tests(of: "Decoding", uses: ["Monitoring"]),
        tests(of: "Alarms", uses: ["Monitoring"]),
        tests(of: "Mosquitto", uses: ["LocalBrokers", "Monitoring", logging]),
        tests(of: "History", uses: ["Alarms", "Monitoring", grdb]),
        tests(of: "Delivery", uses: ["Alarms", "Monitoring", "Mosquitto"]),
        tests(
            of: "Settings",
            uses: ["Alarms", "Decoding", "Delivery", "History", "Monitoring", "Mosquitto"],
        ),
        tests(of: "Simulation", uses: ["Monitoring"]),
        tests(of: "assay", uses: ["LocalBrokers", "Simulation"]),
        tests(
            of: "Daemon",
            uses: [
                "Alarms", "Decoding", "Delivery", "History", "LocalBrokers",
                "Monitoring", "Mosquitto", "Settings", "Simulation", grdb, logging,
            ],
        ),

        // Counts allocations in a test executable; only for tests.
        .target(
            name: "CAllocationCounter",
            path: "Tests/CAllocationCounter",
            cSettings: isContinuousIntegration ? [.treatAllWarnings(as: .error)] : [],
        ),
        .executableTarget(
            name: "AllocationProbe",
            dependencies: ["CAllocationCounter", "Daemon", "Monitoring", "Settings"],
            path: "Tests/AllocationProbe",
            swiftSettings: common,
        ),
        .testTarget(
            name: "CAllocationCounterTests",
            dependencies: ["CAllocationCounter"],
            swiftSettings: common,
        ),

        .testTarget(
            name: "TidyTests",
            dependencies: ["Monitoring", "Settings", "TestSupport"],
            swiftSettings: common,
        ),
    ],
    swiftLanguageModes: [.v6],
)
