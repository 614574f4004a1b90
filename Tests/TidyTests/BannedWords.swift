// All banned words. A word is banned by what it does at run time, not by taste: each line says what
// to write instead, and each has a sample that the tests hold against it.

extension BannedWord {
    private static let pure = ["Sources/Monitoring/", "Sources/Decoding/", "Sources/Alarms/"]
    /// Where time and chance enter: the daemon and the executable. The transport stamps a message
    /// when it is read, and keeps its own deadlines.
    private static let edges = ["Sources/Daemon/", "Sources/assay/", "Benchmarks/"]
    /// Tests with real processes and sockets.
    private static let realTests = [
        "Tests/DaemonTests/", "Tests/MosquittoTests/", "Tests/assayTests/",
    ]

    static let all = crashes + output + concurrency + clocks + chance + purity + text

    private static let crashes = [
        BannedWord(
            word: "try!",
            instead: "stops the daemon on an error; handle it, or `try #require` in a test",
            sample: "let x = try! read()",
        ),
        BannedWord(
            word: "fatalError",
            instead: "says nothing of what was broken; use `precondition` with a sentence for our "
                + "own mistakes, a thrown error for the world's",
            sample: "default: fatalError()",
        ),
        BannedWord(
            word: "JSONDecoder",
            instead: "costs 60 times our scanner per message; use Decoding's scanner",
            within: pure + ["Sources/Mosquitto/", "Sources/Daemon/"],
            sample: "let decoder = JSONDecoder()",
        ),
        BannedWord(
            word: "JSONSerialization",
            instead: "costs 50 times our scanner per message; use Decoding's scanner",
            within: pure + ["Sources/Mosquitto/", "Sources/Daemon/"],
            sample: "try JSONSerialization.jsonObject(with: data)",
        ),
        BannedWord(
            word: "setlocale",
            instead: "changes how numbers are read in the whole process; leave the C locale",
            sample: "setlocale(LC_ALL, language)",
        ),
    ]

    private static let output = ["print(", "debugPrint(", "dump("].map { word in
        BannedWord(
            word: word,
            instead: "writes past the log; use the logger, or return the text to the command",
            within: ["Sources/"],
            except: ["Sources/assay/"],
            countsAsMember: false,
            sample: "    \(word)value)",
        )
    }

    private static let concurrency = [
        BannedWord(
            word: "Task.detached",
            instead: "escapes cancellation; use a child task, or a service with `run()`",
            sample: "Task.detached { await work() }",
        ),
        BannedWord(
            word: ".unbounded",
            instead: "grows until memory ends; use a bounded sequence that holds the writer back",
            sample: "bufferingPolicy: .unbounded",
        ),
        BannedWord(
            word: "AsyncStream",
            instead: "is unbounded by itself; use a bounded sequence, or name a buffering policy",
            within: ["Sources/"],
            unlessFollowedBy: ["bufferingPolicy", ".bufferingNewest", ".bufferingOldest"],
            sample: "let stream = AsyncStream { continuation in",
        ),
        BannedWord(
            word: "AsyncThrowingStream",
            instead: "is unbounded by itself; use a bounded sequence, or name a buffering policy",
            within: ["Sources/"],
            unlessFollowedBy: ["bufferingPolicy", ".bufferingNewest", ".bufferingOldest"],
            sample: "let stream = AsyncThrowingStream<Int, any Error> { continuation in",
        ),
    ]

    private static let clocks =
        ["Date()", "Date.now", "gettimeofday", "CFAbsoluteTimeGetCurrent"].map { word in
            BannedWord(
                word: word,
                instead: "asks for the time outside the daemon; take the time as an argument",
                except: edges + realTests,
                sample: "let now = \(word)",
            )
        }
        + ["clock_gettime", "ContinuousClock", "SuspendingClock"].map { word in
            BannedWord(
                word: word,
                instead: "asks for the time outside the daemon; take the time as an argument",
                except: edges + realTests
                    + ["Sources/Mosquitto/", "Tests/TestSupport/", "Tests/HistoryTests/"]
                    + ["Tests/DeliveryTests/"],
                sample: "let now = \(word)(",
            )
        }
        + ["sleep(", "usleep(", "nanosleep(", "clock_nanosleep("].map { word in
            BannedWord(
                word: word,
                instead: "makes a test slow and its result a matter of load; move a clock of the "
                    + "test's own",
                within: ["Tests/"],
                except: realTests + ["Tests/TestSupport/"],
                sample: "    \(word)1)",
            )
        }

    private static let chance =
        [".random(in:", ".randomElement()", ".shuffled()", ".shuffle()"].map { word in
            BannedWord(
                word: word,
                instead: "draws from the system's generator, so nobody can repeat it; pass a "
                    + "seeded one with `using:`",
                except: edges,
                unlessFollowedBy: ["using:"],
                sample: "let x = values\(word)",
            )
        }
        + ["SystemRandomNumberGenerator", "UUID()", "arc4random"].map { word in
            BannedWord(
                word: word,
                instead: "draws chance outside the daemon; take it, or its seed, as an argument",
                within: ["Sources/"],
                except: edges,
                sample: "let x = \(word)",
            )
        }

    private static let purity =
        ["async", "await", "actor", "AsyncSequence", "Task", "Mutex", "Atomic", "DispatchQueue"]
        .map { word in
            BannedWord(
                word: word,
                instead: "makes a pure target wait; give it a batch and return the result",
                within: pure,
                sample: "    \(word) ",
            )
        }
        + ["fopen(", "getenv(", "FileManager", "FileHandle", "ProcessInfo"].map { word in
            BannedWord(
                word: word,
                instead: "does input or output in a pure target; take the value as an argument",
                within: pure,
                sample: "let x = \(word)",
            )
        }
        + [".hashValue", "Hasher()"].map { word in
            BannedWord(
                word: word,
                instead: "differs from run to run; use a hash whose seed is an argument",
                within: pure,
                sample: "let x = \(word)",
            )
        }

    private static let text = ["TODO", "FIXME"].map { word in
        BannedWord(
            word: word,
            instead: "hides work where nobody plans it; do it now, or write an issue",
            countsInComments: true,
            sample: "// \(word): later",
        )
    }
}
