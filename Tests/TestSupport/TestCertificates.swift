/// Certificates for one test, made by `openssl`: an authority, a server certificate for localhost
/// and 127.0.0.1, a client certificate, and a second authority with a client certificate of its own.
public struct TestCertificates: Sendable {
    public let authority: String
    public let otherAuthority: String
    public let server: (certificate: String, key: String)
    public let client: (certificate: String, key: String)
    /// Signed by the other authority.
    public let stranger: (certificate: String, key: String)

    public init(in folder: TemporaryFolder) throws {
        authority = try Self.makeAuthority("ca", in: folder)
        otherAuthority = try Self.makeAuthority("other-ca", in: folder)
        server = try Self.issue(
            "server",
            subject: "/CN=localhost",
            extensions: "subjectAltName=DNS:localhost,IP:127.0.0.1",
            in: folder,
        )
        client = try Self.issue(
            "client",
            subject: "/CN=gateway",
            extensions: "extendedKeyUsage=clientAuth",
            in: folder,
        )
        stranger = try Self.issue(
            "stranger",
            by: "other-ca",
            subject: "/CN=gateway",
            extensions: "extendedKeyUsage=clientAuth",
            in: folder,
        )
    }

    private static let newKey = [
        "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
    ]

    private static func makeAuthority(_ name: String, in folder: TemporaryFolder) throws -> String {
        let certificate = folder.file("\(name).pem")
        try Command.run(
            "openssl",
            ["req", "-x509"] + newKey + [
                "-keyout", folder.file("\(name).key"), "-out", certificate, "-days", "2",
                "-subj", "/CN=\(name)",
            ],
        )
        return certificate
    }

    private static func issue(
        _ name: String,
        by authority: String = "ca",
        subject: String,
        extensions: String,
        in folder: TemporaryFolder,
    ) throws -> (certificate: String, key: String) {
        let request = folder.file("\(name).csr")
        let key = folder.file("\(name).key")
        let certificate = folder.file("\(name).pem")
        let extensionFile = try folder.write(extensions + "\n", to: "\(name).ext")
        try Command.run(
            "openssl",
            ["req"] + newKey + ["-keyout", key, "-out", request, "-subj", subject],
        )
        try Command.run(
            "openssl",
            [
                "x509", "-req", "-in", request, "-CA", folder.file("\(authority).pem"),
                "-CAkey", folder.file("\(authority).key"), "-CAcreateserial", "-out", certificate,
                "-days", "2", "-extfile", extensionFile,
            ],
        )
        return (certificate, key)
    }
}
