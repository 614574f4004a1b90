/* How long from publishing a bad value until its alarm's message arrives?
 *
 *   cc -O2 -o latency_probe latency_probe.c -lmosquitto -lpthread
 *   latency_probe --port P --root assay/bench [--pattern probe/%05d] [--probes 400]
 *                 [--interval-ms 25] [--wait-s 5]
 *
 * Each probe feed is used once: an alarm that is raised is not raised again. First every probe gets
 * a few good values, so that its feed exists; then, one feed after the other in a fixed rhythm that
 * has nothing to do with the load, two bad values in a row, because a range finding is confirmed by
 * the second. The clock starts before the second is handed to the library and stops in the callback
 * of the alarm's event message.
 *
 * The probe subscribes to its own values too: the time until they come back is the broker's share.
 * Times are microseconds. One line:
 *
 *   probes=N answered=M p50_us=X p90_us=X p99_us=X max_us=X echo_p50_us=X echo_p99_us=X
 */
#define _GNU_SOURCE
#include <mosquitto.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAXIMUM = 10000 };

static const char *root = "assay/bench", *pattern = "probe/%05d";
static int probes = 400;
static atomic_int ready;
static _Atomic int64_t sent_at[MAXIMUM], echoed_at[MAXIMUM], answered_at[MAXIMUM];

static int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void pause_ms(long milliseconds)
{
	struct timespec t = { milliseconds / 1000, milliseconds % 1000 * 1000000 };
	nanosleep(&t, NULL);
}

static void on_connect(struct mosquitto *m, void *data, int code)
{
	char filter[256];
	(void)data;
	if (code != 0) {
		fprintf(stderr, "latency_probe: refused: %s\n", mosquitto_connack_string(code));
		exit(3);
	}
	snprintf(filter, sizeof filter, "%s/alarms/event/#", root);
	mosquitto_subscribe(m, NULL, filter, 0);
	snprintf(filter, sizeof filter, "%.*s#", (int)(strcspn(pattern, "%")), pattern);
	mosquitto_subscribe(m, NULL, filter, 0);
}

static void on_subscribe(struct mosquitto *m, void *data, int mid, int count, const int *granted)
{
	(void)m; (void)data; (void)mid; (void)count; (void)granted;
	atomic_fetch_add(&ready, 1);
}

/* The number of the probe that a topic ends with, or -1. */
static int probe_of(const char *topic, const char *format)
{
	int number = -1, end = 0;
	if (sscanf(topic, format, &number, &end) < 1 || end == 0 || topic[end] != 0) return -1;
	return number >= 0 && number < probes ? number : -1;
}

static void note(_Atomic int64_t *place)
{
	int64_t none = 0;
	atomic_compare_exchange_strong(place, &none, now_ns());
}

/* "500…" is the value whose alarm is timed; what comes back earlier is a good value. */
static void on_message(struct mosquitto *m, void *data, const struct mosquitto_message *message)
{
	char format[256];
	const char *key = strstr(message->topic, "/alarms/event/");
	int number;
	(void)m; (void)data;
	if (key == NULL) {
		snprintf(format, sizeof format, "%s%%n", pattern);
		number = probe_of(message->topic, format);
		if (number >= 0 && message->payloadlen > 3 && !memcmp(message->payload, "500.", 4))
			note(&echoed_at[number]);
		return;
	}
	key = strchr(key + strlen("/alarms/event/"), '/'); /* behind the priority */
	if (key == NULL || memmem(message->payload, (size_t)message->payloadlen, "alarm.raise", 11) == NULL)
		return;
	snprintf(format, sizeof format, "/%s/value%%n", pattern);
	number = probe_of(key, format);
	if (number >= 0) note(&answered_at[number]);
}

static void publish(struct mosquitto *m, int probe, double value)
{
	char topic[256], payload[64];
	/* The pattern is checked in main. */
	snprintf(topic, sizeof topic, pattern, probe);
	int length = snprintf(payload, sizeof payload, "%.3f", value);
	mosquitto_publish(m, NULL, topic, length, payload, 0, false);
}

static int ascending(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
	return (a > b) - (a < b);
}

/* The nearest-rank percentile of sorted times, in microseconds. */
static double percentile(const int64_t *times, int count, int percent)
{
	if (count == 0) return 0;
	int rank = (count * percent + 99) / 100;
	return 1e-3 * (double)times[rank > 0 ? rank - 1 : 0];
}

static int gather(_Atomic int64_t *ends, int64_t *times)
{
	int count = 0;
	for (int i = 0; i < probes; i++)
		if (ends[i] != 0) times[count++] = ends[i] - sent_at[i];
	qsort(times, (size_t)count, sizeof *times, ascending);
	return count;
}

int main(int argc, char **argv)
{
	int port = 1883;
	long interval_ms = 25, wait_s = 5;
	for (int i = 1; i + 1 < argc; i += 2) {
		const char *value = argv[i + 1];
		if (!strcmp(argv[i], "--port")) port = atoi(value);
		else if (!strcmp(argv[i], "--root")) root = value;
		else if (!strcmp(argv[i], "--pattern")) pattern = value;
		else if (!strcmp(argv[i], "--probes")) probes = atoi(value);
		else if (!strcmp(argv[i], "--interval-ms")) interval_ms = atol(value);
		else if (!strcmp(argv[i], "--wait-s")) wait_s = atol(value);
		else { fprintf(stderr, "unknown option %s\n", argv[i]); return 64; }
	}
	const char *percent = strchr(pattern, '%');
	if (probes < 1 || probes > MAXIMUM || percent == NULL || strchr(percent + 1, '%') != NULL) return 64;

	mosquitto_lib_init();
	struct mosquitto *m = mosquitto_new("latency-probe", true, NULL);
	mosquitto_connect_callback_set(m, on_connect);
	mosquitto_subscribe_callback_set(m, on_subscribe);
	mosquitto_message_callback_set(m, on_message);
	mosquitto_int_option(m, MOSQ_OPT_TCP_NODELAY, 1);
	int rc = mosquitto_connect(m, "127.0.0.1", port, 60);
	if (rc != MOSQ_ERR_SUCCESS || mosquitto_loop_start(m) != MOSQ_ERR_SUCCESS) {
		fprintf(stderr, "latency_probe: cannot connect to port %d: %s\n", port, mosquitto_strerror(rc));
		return 3;
	}
	for (int i = 0; ready < 2; i++) {
		if (i == 1000) { fprintf(stderr, "latency_probe: no answer to a subscription\n"); return 3; }
		pause_ms(10);
	}
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < probes; i++) {
			publish(m, i, 20 + round + 0.001 * (i % 500));
			if (i % 50 == 49) pause_ms(10);
		}
		pause_ms(200);
	}
	int64_t due = now_ns();
	for (int i = 0; i < probes; i++) {
		due += interval_ms * 1000000;
		struct timespec until = { due / 1000000000, due % 1000000000 };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
		publish(m, i, 499.5);
		sent_at[i] = now_ns();
		publish(m, i, 500.25);
	}
	pause_ms(wait_s * 1000);

	static int64_t times[MAXIMUM];
	int count = gather(answered_at, times);
	printf("probes=%d answered=%d p50_us=%.1f p90_us=%.1f p99_us=%.1f max_us=%.1f", probes, count,
		percentile(times, count, 50), percentile(times, count, 90), percentile(times, count, 99),
		count > 0 ? 1e-3 * (double)times[count - 1] : 0.0);
	count = gather(echoed_at, times);
	printf(" echo_p50_us=%.1f echo_p99_us=%.1f\n", percentile(times, count, 50),
		percentile(times, count, 99));
	mosquitto_disconnect(m);
	mosquitto_loop_stop(m, false);
	mosquitto_destroy(m);
	return 0;
}
