import Foundation
import Monitoring
import TestSupport
import Testing

@testable import Mosquitto

@Suite("The password file")
struct PasswordFileTests {
    private func read(_ bytes: [UInt8]) throws -> Result<String, ConnectionProblem> {
        let folder = try TemporaryFolder()
        let path = folder.file("password")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return Result { () throws(ConnectionProblem) in try PasswordFile(path: path).read() }
    }

    @Test(
        "its first line is the password, whatever ends the line and follows it",
        arguments: ["s3cret", "s3cret\n", "s3cret\r\n", "s3cret\n\nsecond line\n"],
    )
    func firstLine(text: String) throws {
        #expect(try read(Array(text.utf8)).get() == "s3cret")
    }

    @Test("spaces belong to the password, and so do letters beyond ASCII")
    func spaces() throws {
        #expect(try read(Array(" pass wörd \n".utf8)).get() == " pass wörd ")
    }

    @Test(
        "a file without a usable first line is named, with what to write, and not repeated",
        arguments: [
            [], [10], [13, 10, 65, 10], [0], [65, 0, 66, 10], [0xFF, 0xFE, 65, 10],
        ] as [[UInt8]],
    )
    func unusable(bytes: [UInt8]) throws {
        guard case .failure(let problem) = try read(bytes) else {
            Issue.record("\(bytes) was taken for a password")
            return
        }
        guard case .unusablePassword(let path) = problem.cause else {
            Issue.record("\(problem)")
            return
        }
        #expect(problem.needsPerson)
        #expect(
            problem.text == "the password file \(path) has no first line of text; "
                + "write the password there"
        )
    }

    @Test("a file that is absent, is a folder or may not be read is named, with the reason")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        var cases = [(folder.file("absent"), ENOENT), (folder.path, EISDIR)]
        // Nothing may be kept from the superuser.
        if geteuid() != 0 {
            let closed = try folder.write("s3cret", to: "closed")
            try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: closed)
            cases.append((closed, EACCES))
        }
        for (path, number) in cases {
            let problem = #expect(throws: ConnectionProblem.self) {
                try PasswordFile(path: path).read()
            }
            #expect(problem?.cause == .unreadableFile(path: path, errno: number))
            #expect(problem?.needsPerson == true)
            #expect(problem?.text.contains(path) == true)
            #expect(problem?.text.contains("make it readable for the user that runs assay") == true)
        }
    }
}
