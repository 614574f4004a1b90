import Foundation
import TestSupport
import Testing

@testable import Settings

@Suite("Where the database lies")
struct StorePlaceTests {
    private static let folder = FileFacts(permissions: 0o755, isFolder: true)
    private static let locked = FileFacts(permissions: 0o755, isFolder: true, isWritable: false)
    private static let file = FileFacts(permissions: 0o640)
    private static let lockedFile = FileFacts(permissions: 0o440, isWritable: false)

    private func problems(
        _ text: String,
        _ files: [String: FileFacts],
        writesStore: Bool = true,
    ) -> [String] {
        do {
            return try Configuration.parse(
                text,
                file: "assay.yaml",
                hostName: "gw",
                inspect: { files[$0] },
                writesStore: writesStore,
            ).warnings.map(\.description)
        } catch {
            return error.problems.map(\.description)
        }
    }

    private static let text = "store: {path: /data/assay.db}\nfeeds: [{topic: a}]\n"

    @Test("a folder that is there and can be written is accepted, with a database in it or without")
    func accepted() {
        #expect(problems(Self.text, ["/data": Self.folder]) == [])
        #expect(
            problems(Self.text, ["/data": Self.folder, "/data/assay.db": Self.file]) == []
        )
        let short = "store: {path: /a.db}\nfeeds: [{topic: a}]\n"
        #expect(problems(short, ["/": Self.folder]) == [])
        let relative = "store: {path: a.db}\nfeeds: [{topic: a}]\n"
        #expect(problems(relative, [".": Self.folder]) == [])
    }

    @Test("a folder that is not there is refused at the path")
    func absent() {
        #expect(
            problems(Self.text, [:]) == [
                "assay.yaml:1:15: error: the database cannot lie at `/data/assay.db`, because there "
                    + "is no folder `/data`; make the folder and give it to the daemon's user, or "
                    + "write another place as `store: { path: … }`"
            ]
        )
    }

    @Test("a folder of somebody else, a file in its place, and a folder in the file's are refused")
    func wrong() {
        #expect(
            problems(Self.text, ["/data": Self.locked]) == [
                "assay.yaml:1:15: error: the database cannot lie at `/data/assay.db`, because this "
                    + "user may not write into `/data`; run this as the daemon's user, make it the "
                    + "folder's owner, or write another place as `store: { path: … }`"
            ]
        )
        #expect(
            problems(Self.text, ["/data": Self.file]) == [
                "assay.yaml:1:15: error: the database cannot lie at `/data/assay.db`, because "
                    + "`/data` is a file; write another place as `store: { path: … }`"
            ]
        )
        #expect(
            problems(Self.text, ["/data": Self.folder, "/data/assay.db": Self.folder]) == [
                "assay.yaml:1:15: error: the database cannot lie at `/data/assay.db`, which is a "
                    + "folder; write `/data/assay.db/assay.db`"
            ]
        )
        #expect(
            problems(Self.text, ["/data": Self.folder, "/data/assay.db": Self.lockedFile]) == [
                "assay.yaml:1:15: error: the database `/data/assay.db` is there, and this user may "
                    + "not write it; run this as the daemon's user, or make it the file's owner"
            ]
        )
    }

    @Test("the default place is looked at too, and told where the file begins")
    func byDefault() {
        let found = problems("feeds: [{topic: a}]\n", [:])
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("assay.yaml:1:1: error: the database cannot lie at `/var/lib/"))
    }

    @Test("who only reads, or checks for another machine, is not asked for a folder")
    func reader() {
        #expect(problems(Self.text, [:], writesStore: false) == [])
    }

    @Test("what a user may write is asked of the machine")
    func realFolder() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("", to: "assay.db")
        let facts = try #require(FileFacts.ofFile(path))
        #expect(facts.isWritable)
        // The superuser may write everything but the files of the kernel.
        let kernel = try #require(FileFacts.ofFile("/proc/version"))
        #expect(kernel.isWritable == (getuid() == 0))
    }
}
