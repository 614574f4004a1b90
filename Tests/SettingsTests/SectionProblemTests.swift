import History
import Mosquitto
import Testing

@testable import Settings

@Suite("Problems of the sections")
struct SectionProblemTests {
    @Test("keys of the top level")
    func topLevel() {
        expectProblems(
            """
            §gatway: g
            §groups: []
            §limits: {discoveredFeeds: 5}
            gateway: §a/b
            feeds: [{topic: a}]
            """,
            [
                "unknown key `gatway` in the configuration; did you mean `gateway`?",
                "`groups` is not supported yet in the configuration; "
                    + "remove it; this version would not act on it",
                "`limits` is not a key of the configuration; "
                    + "write `discovery: { limit: …, forgetAfter: … }`",
                "`gateway` is `a/b`; write 1 to 64 of A–Z a–z 0–9 _ . -, "
                    + "it becomes a part of topics",
            ]
        )
        expectProblems(
            "§- topic: a\n",
            ["the file is a list, not a mapping; begin with `feeds:` at the left edge"]
        )
        expectProblems(
            "§gateway: g\n",
            [
                "the configuration has no `feeds`, so nothing would be watched; "
                    + "write `feeds:` and `- topic: plant/#` below it"
            ]
        )
        expectProblems(
            "feeds: §plant/#\nclasses: §[]\n",
            [
                "`feeds` is the text `plant/#`, not a list; write `- topic: plant/#`",
                "`classes` is a list, not a mapping; "
                    + "write `name:` below it, indented, and the class's keys below that",
            ] + []
        )
    }

    @Test("a broker's address and identity")
    func broker() {
        expectProblems(
            """
            broker:
              url: §broker.local
              §client_id: x
              §clientid: x
              keepAlive: §2s
              sessionExpiry: §1500ms
              receiveMaximum: §0
              maximumPacketSize: §1MB
            feeds: [{topic: a}]
            """,
            [
                "`url` has no scheme; write `mqtt://broker.local` or `mqtts://…`",
                "unknown key `client_id` in `broker`; did you mean `clientID`?",
                "unknown key `clientid` in `broker`; did you mean `clientID`?",
                "`keepAlive` is 2s; write a duration from 5s to 65535s",
                "`sessionExpiry` is 1500ms; write a duration from 1min to 4294967294s",
                "`receiveMaximum` is 0; write a number from 1 to 65535",
                "`maximumPacketSize` is `1MB`, which is not a size; write `1MiB`",
            ]
        )
        expectProblems(
            "broker: §{name: main}\nfeeds: [{topic: a}]\n",
            ["`broker` has no `url`; write `url: mqtt://host`"]
        )
        expectProblems(
            "broker: §mqtt://x\nfeeds: [{topic: a}]\n",
            ["`broker` is the text `mqtt://x`, not a mapping; write `url: …` below it, indented"]
        )
        expectProblems(
            "broker: {url: §mqtt://localhost:70000}\nfeeds: [{topic: a}]\n",
            ["`url` has the port `70000`; write a number from 1 to 65535"]
        )
        expectProblems(
            "broker: {url: §ws://localhost}\nfeeds: [{topic: a}]\n",
            [
                "`url` has the scheme `ws`, which is not supported; "
                    + "write `mqtt://` or `mqtts://`"
            ]
        )
        expectProblems(
            "broker: {url: §ssl://b}\nfeeds: [{topic: a}]\n",
            ["`url` has the scheme `ssl`; write `mqtts://b`"]
        )
    }

    @Test("QoS 2 is refused with its reason")
    func qualityOfService() {
        expectProblems(
            "broker: {url: mqtt://localhost, qos: §2}\nfeeds: [{topic: a}]\n",
            [
                "`qos` is 2, and libmosquitto can lose QoS 2 messages in a crash or deliver an old "
                    + "payload in place of a new one after a reconnect; "
                    + "write 0 or 1; 1 loses nothing, and duplicates are recognised"
            ]
        )
        expectProblems(
            "broker: {url: mqtt://localhost, qos: §3}\nfeeds: [{topic: a}]\n",
            ["`qos` is 3; write a number from 0 to 1"]
        )
        expectProblems(
            "broker: {url: mqtt://localhost, qos: §\"1\"}\nfeeds: [{topic: a}]\n",
            ["`qos` is the text `1`; write a whole number from 0 to 1"]
        )
    }

    @Test("secrets are refused wherever they are written, and never repeated")
    func secrets() {
        let text = """
            broker:
              url: §mqtt://me:hunter2@localhost
              username: me
              §password: hunter2
              §token: ${HUNTER2}
            deliveries:
              - mqtt: {}
                §password: hunter2
            feeds: [{topic: a}]
            """
        expectProblems(
            text,
            [
                "`url` holds a user or a password; write `username:` and `passwordFile:` beside it",
                "`password` would put a secret into the configuration; "
                    + "write `passwordFile:` with the path of a file that holds it",
                "`token` would put a secret into the configuration; "
                    + "write `passwordFile:` with the path of a file that holds it",
                "`password` would put a secret into the configuration; "
                    + "write `passwordFile:` with the path of a file that holds it",
            ],
            environment: ["HUNTER2": "hunter2"]
        )
        let all = problems(of: Marked(text).text, environment: ["HUNTER2": "hunter2"])
        #expect(!all.contains { $0.description.contains("hunter2") })
    }

    @Test("TLS settings that cannot work together")
    func tls() {
        expectProblems(
            """
            broker:
              url: mqtt://localhost
              §tls: {§certificate: /c.pem, §insecure: true, §cafile: /ca.pem}
            feeds: [{topic: a}]
            """,
            [
                "`tls` beside a `mqtt://` address; write `mqtts://` in `url`, or remove `tls`",
                "`certificate` without `key`; write both or neither",
                "`insecure` is not supported yet in `tls`; "
                    + "remove it; this version would not act on it",
                "`cafile` is not a key of `tls`; write `ca:`",
            ]
        )
    }

    @Test("files that the daemon will read")
    func namedFiles() {
        expectProblems(
            """
            broker:
              url: mqtts://b
              username: u
              passwordFile: §/open
              tls: {ca: §/absent, certificate: /open, key: §/folder}
            feeds: [{topic: a}]
            """,
            [
                "warning: `passwordFile`: others than its owner can read `/open`; "
                    + "make the daemon's user its owner, then `chmod 600` it",
                "warning: `ca`: there is no file `/absent` on this machine; "
                    + "put it there before the daemon starts",
                "`key`: `/folder` is a folder; write the path of a file",
            ],
            files: [
                "/open": FileFacts(permissions: 0o640),
                "/folder": FileFacts(permissions: 0o755, isFolder: true),
            ]
        )
        expectProblems(
            "broker: {url: mqtt://localhost, §passwordFile: /p}\nfeeds: [{topic: a}]\n",
            [
                "`passwordFile` without `username`; "
                    + "write `username:` too, brokers ignore a password alone"
            ]
        )
    }

    @Test("plain MQTT is a warning off loopback, and silent on it")
    func plainMQTT() {
        expectProblems(
            "broker: {url: §mqtt://10.0.0.1}\nfeeds: [{topic: a}]\n",
            [
                "warning: `mqtt://` sends data and password readable over the network; "
                    + "write `mqtts://` if the broker can"
            ]
        )
        for host in ["localhost", "127.0.0.1", "[::1]"] {
            expectProblems("broker: {url: \"mqtt://\(host)\"}\nfeeds: [{topic: a}]\n", [])
        }
    }

    @Test("several brokers need names and ids of their own")
    func severalBrokers() {
        expectProblems(
            """
            broker:
              - {url: mqtt://localhost, name: a, clientID: same}
              - §§§{url: mqtt://localhost, name: a, clientID: same}
              - §{url: mqtts://c}
            feeds: [{topic: a}]
            """,
            [
                "two brokers have the clientID `same`; give each its own; "
                    + "the other is at assay.yaml:2:5",
                "two brokers have the name `a`; rename one; the other is at assay.yaml:2:5",
                "warning: two brokers have the same address, so each message counts twice; "
                    + "remove one, or limit feeds with `broker:`; the other is at assay.yaml:2:5",
                "one of several brokers has no `name`; "
                    + "write `name:`, feeds and alarms refer to it; one that had none is `main`",
            ]
        )
    }

    @Test("variables are expanded in paths, hosts and names only")
    func variables() throws {
        let configuration = try parse(
            """
            gateway: ${GATEWAY}
            broker: {url: "mqtts://${HOST}:1234", username: u, passwordFile: "${DIR}/password"}
            store: {path: "${DIR}/a.db"}
            feeds: [{topic: a}]
            """,
            environment: ["GATEWAY": "g7", "HOST": "b.local", "DIR": "/run/x"]
        )
        #expect(configuration.gateway == "g7")
        #expect(configuration.brokers[0].host == "b.local")
        #expect(configuration.brokers[0].port == 1_234)
        #expect(configuration.brokers[0].passwordFile == "/run/x/password")
        #expect(configuration.store.path == "/run/x/a.db")
        expectProblems(
            """
            gateway: g-§${GATWAY}
            broker: {url: mqtt://localhost, username: "§${}", clientID: "a§${B"}
            store: {path: §~/assay.db}
            feeds: [{topic: "a/§${AREA}/x"}]
            """,
            [
                "the variable `GATWAY` in `gateway` is not set; did you mean `GATEWAY`?",
                "`${}` in `username` names no variable; write `${VARIABLE}`",
                "`${` in `clientID` has no `}`; write `${VARIABLE}`",
                "`path` begins with `~`, which is not expanded; write the whole path, or `${HOME}`",
                "`${` is not expanded in `topic`; "
                    + "write the value itself; variables stand in paths, hosts and names only",
            ],
            environment: ["GATEWAY": "g7"]
        )
    }

    @Test("an empty variable is as bad as none: it would shorten a path unseen")
    func emptyVariable() {
        expectProblems(
            "store: {path: \"§${DIR}/a.db\"}\nfeeds: [{topic: a}]\n",
            [
                "the variable `DIR` in `path` is not set; "
                    + "set it before the start, or write the text itself"
            ],
            environment: ["DIR": ""]
        )
    }

    @Test("the store's ages, sizes and intervals")
    func store() {
        expectProblems(
            """
            store:
              §pth: /x
              commitInterval: §1ms
              retention:
                minute: §3
                quarterHour: §2d
                day: 10y
                maxBytes: §1MiB
                §flightRecorder: {maxBytes: 256MiB}
            discovery: {limit: §-1, forgetAfter: §30min}
            feeds: [{topic: a}]
            """,
            [
                "unknown key `pth` in `store`; did you mean `path`?",
                "`commitInterval` is 1ms; write a duration from 10ms to 10s",
                "`minute` is `3`, which has no unit; write `3s` if you mean seconds",
                "`quarterHour` is kept for 2d, shorter than `minute` with 3d; "
                    + "keep `quarterHour` at least as long",
                "`maxBytes` is 1MiB; write a size from 16MiB to 1024TiB",
                "`flightRecorder` is not supported yet in `retention`; "
                    + "remove it; this version would not act on it",
                "`limit` is -1; write a number from 1 to 1048576",
                "`forgetAfter` is 30min; write a duration of 1h or more",
            ]
        )
    }

    @Test("deliveries have one kind each, and MQTT once")
    func deliveries() {
        expectProblems(
            """
            deliveries:
              - mqtt: {}
                priorities: [high, §hihg, §high]
              - §mqtt: {}
              - §webhook: {url: "https://x"}
              - §priorities: []
              - §mqtt
            feeds: [{topic: a}]
            """,
            [
                "a priority is `hihg`; did you mean `high`?",
                "`high` is given twice; remove one",
                "`mqtt` is given twice in `deliveries`; write one with all its priorities",
                "`webhook` is not supported yet in `deliveries`; "
                    + "remove it; this version would not act on it",
                "a delivery names no kind; write `mqtt: {}`",
                "`deliveries` is the text `mqtt`, not a mapping; "
                    + "write `mqtt: …` below it, indented",
            ]
        )
        expectProblems(
            "§deliveries: []\nfeeds: [{topic: a}]\n",
            [
                "warning: `deliveries` is empty: alarms are stored and nobody is told; "
                    + "write `- mqtt: {}`"
            ]
        )
    }
}
