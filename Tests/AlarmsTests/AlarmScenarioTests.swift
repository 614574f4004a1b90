import Alarms
import Monitoring
import Testing

@Suite struct AlarmScenarioTests {
    @Test("two bad samples raise, two good ones clear, lone ones do nothing")
    func raisesAndClears() {
        AlarmScenario().play(
            """
            range     ....xxxxx.......x.x.......
            value     -----R----C---------------
            sent      -----w----w---------------
            """
        )
    }

    @Test("an on-delay counts from the first bad sample, and a shorter fault raises nothing")
    func onDelay() {
        AlarmScenario(
            settings: AlarmSettings(
                onDelay: .seconds(5),
                offDelay: Nanoseconds(0),
                requiresAcknowledgement: true
            )
        ).play(
            """
            range     ..xxx.....xxxxxxxx....
            value     ---------------R---C--
            sent      ---------------w---w--
            """
        )
    }

    @Test("an off-delay bridges a good spell and clears after a long one")
    func offDelay() {
        AlarmScenario(settings: AlarmSettings(offDelay: .seconds(4), requiresAcknowledgement: true))
            .play(
                """
                range     .xxx...xxx..............
                value     --R------------C--------
                sent      --w------------w--------
                """
            )
    }

    @Test("a worse verdict escalates, a lesser one does not speak")
    func escalates() {
        AlarmScenario().play(
            """
            range     .xx.XX........
            value     --R-E--C------
            sent      --w-w--w------
            """
        )
        AlarmScenario().play(
            """
            nonFinite  ..X..X........
            range      xxxxxxxxxx....
            value      -RED-ED----C--
            sent       -ww--w-----w--
            """
        )
    }

    @Test("an escalation needs a new acknowledgement")
    func escalationUnacknowledges() {
        let picture = """
            flatLine    x..xxxXX...
            ack frozen  ----a------
            frozen      RC-RA-E-C--
            """
        AlarmScenario().play(picture)
        let states = AlarmScenario().transitions(picture).map(\.display)
        #expect(
            states == [
                .unacknowledged, .returnedUnacknowledged, .unacknowledged, .acknowledged,
                .unacknowledged, .returnedUnacknowledged,
            ]
        )
    }

    @Test("a sensor that stops gives one alarm, however many checks see it")
    func stoppedSensorGivesOneAlarm() {
        AlarmScenario().play(
            """
            silence       ....XXXXXXXX........
            completeness  ......xxxxxxxx......
            flatLine      .......XXXXXX.......
            drift         ........xxxx........
            data          ----R-r-----D-C-----
            frozen        -------S-----rU-----
            behaviour     --------S---rrU-----
            sent          ----w---------w-----
            """
        )
    }

    @Test("what a concern masks is not raised, and nothing is sent for it")
    func masks() {
        AlarmScenario().play(
            """
            silence    ..XXXXXXXX....
            range      ...xxxxx......
            data       --R-------C---
            value      ----S----rU---
            sent       --w-------w---
            """
        )
    }

    @Test("a masked alarm that is still abnormal speaks when the mask ends")
    func speaksAfterMask() {
        AlarmScenario().play(
            """
            silence    ..XXXXXX............
            range      ...xxxxxxxxxxxx.....
            data       --R-----C-----------
            value      ----S---R-------C---
            sent       --w-----2-------w---
            """
        )
    }

    @Test("an alarm that was raised before the mask stays as it was")
    func raisedBeforeMaskStays() {
        AlarmScenario().play(
            """
            range      .xxxxxxxxxxx..........
            silence    ....XXXXXX............
            value      --R----------C--------
            data       ----R-----C-----------
            sent       --w-w-----w--w--------
            """
        )
    }

    @Test("garbage raises format alone; the silence after it raises data, and format stays")
    func garbageThenSilence() {
        AlarmScenario().play(
            """
            malformed  ..xxxxxxxxxxxx.....
            silence    .......XXXXXX......
            range      ...xxxxxxx.........
            format     --R-----------C----
            data       -------R-----C-----
            value      ----S--r---r-rU----
            sent       --w----w-----ww----
            """
        )
    }

    @Test("a mask hands over to the next one without a word from the masked alarm")
    func masksOverlap() {
        AlarmScenario().play(
            """
            malformed  ..xxxxx...........
            silence    .....XXXXXX.......
            flatLine   ...XXXXXXXXXXXX...
            drift      ....xxxxxxxxxxxxxx
            format     --R----C----------
            data       -----R-----C------
            frozen     ---S-r-r---R---C--
            behaviour  ----Sr-r---r---R--
            sent       --w--w-w---2---2--
            """
        )
    }

    @Test("a lost connection clears nothing and says nothing")
    func unknownNeverClears() {
        AlarmScenario(settings: AlarmSettings(offDelay: .seconds(3), requiresAcknowledgement: true))
            .play(
                """
                range      .xxx.uuuuuuuuuxx......
                value      --R--r--------r-----C-
                sent       --w-----------------w-
                """
            )
    }

    @Test("a latched alarm stays after its condition, and is told as such")
    func latches() {
        AlarmScenario(
            settings: AlarmSettings(
                offDelay: Nanoseconds(0),
                requiresAcknowledgement: true,
                isLatching: true
            )
        ).play(
            """
            range      .xxx....
            value      --R--L--
            sent       --w--w--
            """
        )
    }

    @Test("a finding of a higher rank renames the alarm without a raise")
    func renames() {
        let picture = """
            spike      .xxxxxxxxxx...
            range      ....xxxx......
            value      --R--r---r--C-
            sent       --w---------w-
            """
        AlarmScenario().play(picture)
        let named = AlarmScenario().transitions(picture).map {
            [$0.condition.check] + $0.condition.also
        }
        #expect(named == [["spike"], ["range", "spike"], ["spike"], ["spike"]])
    }

    @Test("an alarm survives a restart without a second raise, and clears on evidence")
    func restarts() {
        AlarmScenario(settings: AlarmSettings(offDelay: .seconds(2), requiresAcknowledgement: true))
            .play(
                """
                range          .xxx..................
                restart        ....!.................
                healthy value  ..........h...........
                value          --R-------r-C---------
                sent           --w---------w---------
                """
            )
        AlarmScenario().play(
            """
            range          .xxx.....xxx..........
            restart        ....!.................
            value          --R-------r--C--------
            sent           --w----------w--------
            """
        )
    }

    @Test("an on-delay goes on after a restart where it stopped")
    func onDelaySurvivesRestart() {
        AlarmScenario(
            settings: AlarmSettings(
                onDelay: .seconds(5),
                offDelay: Nanoseconds(0),
                requiresAcknowledgement: true
            )
        ).play(
            """
            flatLine   .xxx----xxxxxxx......
            restart    ....!................
            frozen     ----------R----C-----
            sent       ----------w----w-----
            """
        )
    }

    @Test("a broker that is down gives one alarm, whatever the details")
    func systemAlarm() {
        AlarmScenario().play(
            """
            system/broker/main   ..xxxxx.............
            =system/broker/main  --R---------C-------
            sent                 --w---------w-------
            """
        )
    }
}
