import ArgumentParser

/// The command line. Each subcommand is one file.
@main
struct Assay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay",
        abstract: "Quality assurance for industrial sensor feeds.",
        discussion: """
            Subscribes to MQTT topics from plant equipment, checks the data of every feed while it \
            streams, raises alarms, and keeps rolling metrics in SQLite.
            """,
        version: "0.1.0",
        subcommands: [Run.self, Check.self, Replay.self, History.self, Demo.self, Measure.self],
    )
}
