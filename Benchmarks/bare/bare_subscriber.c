/* The yardstick: a libmosquitto subscriber that counts and does nothing else.
 *
 *   cc -O2 -o bare_subscriber bare_subscriber.c -lmosquitto
 *   bare_subscriber --port P [--topic bench/#] [--qos 0|1] [--count N] [--idle SECONDS]
 *
 * Ends after N messages (0: never), or when none came for the idle time after the first one. CPU
 * time is taken between the first and the last message, so connecting does not count. One line:
 *
 *   received=N seconds=S user=S system=S cpu_us_per_message=X
 */
#include <mosquitto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile long received, seen_at_last_tick;
static long wanted, quiet_ticks, idle_ticks = 5;
static const char *topic = "bench/#";
static int qos;

static struct rusage first_usage, last_usage;
static struct timespec first_time, last_time;

static double seconds(struct timeval from, struct timeval to)
{
	return (double)(to.tv_sec - from.tv_sec) + 1e-6 * (double)(to.tv_usec - from.tv_usec);
}

static void report_and_exit(void)
{
	double user = seconds(first_usage.ru_utime, last_usage.ru_utime);
	double system = seconds(first_usage.ru_stime, last_usage.ru_stime);
	double wall = (double)(last_time.tv_sec - first_time.tv_sec)
		+ 1e-9 * (double)(last_time.tv_nsec - first_time.tv_nsec);
	printf("received=%ld seconds=%.3f user=%.4f system=%.4f cpu_us_per_message=%.4f\n",
		received, wall, user, system,
		received > 1 ? 1e6 * (user + system) / (double)(received - 1) : 0.0);
	fflush(stdout);
	_exit(0);
}

static void take(struct rusage *usage, struct timespec *time)
{
	getrusage(RUSAGE_SELF, usage);
	clock_gettime(CLOCK_MONOTONIC, time);
}

/* Once a second: has anything come since? The process ends inside the handler, so nothing here
 * returns into a library call that it interrupted. */
static void tick(int signal_number)
{
	(void)signal_number;
	if (received == 0) return;
	if (received != seen_at_last_tick) {
		seen_at_last_tick = received;
		quiet_ticks = 0;
		take(&last_usage, &last_time);
	} else if (++quiet_ticks >= idle_ticks) {
		report_and_exit();
	}
}

static void on_message(struct mosquitto *m, void *data, const struct mosquitto_message *message)
{
	(void)data;
	(void)message;
	if (received == 0) take(&first_usage, &first_time);
	received = received + 1;
	if (received == wanted) {
		take(&last_usage, &last_time);
		mosquitto_disconnect(m);
	}
}

static void on_connect(struct mosquitto *m, void *data, int code)
{
	(void)data;
	if (code != 0) {
		fprintf(stderr, "refused: %s\n", mosquitto_connack_string(code));
		_exit(1);
	}
	mosquitto_subscribe(m, NULL, topic, qos);
}

static void on_subscribe(struct mosquitto *m, void *data, int mid, int count, const int *granted)
{
	(void)m; (void)data; (void)mid; (void)count; (void)granted;
	fprintf(stderr, "ready\n");
}

int main(int argc, char **argv)
{
	int port = 1883;
	for (int i = 1; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--port")) port = atoi(argv[i + 1]);
		else if (!strcmp(argv[i], "--topic")) topic = argv[i + 1];
		else if (!strcmp(argv[i], "--qos")) qos = atoi(argv[i + 1]);
		else if (!strcmp(argv[i], "--count")) wanted = atol(argv[i + 1]);
		else if (!strcmp(argv[i], "--idle")) idle_ticks = atol(argv[i + 1]);
		else { fprintf(stderr, "unknown option %s\n", argv[i]); return 64; }
	}
	mosquitto_lib_init();
	struct mosquitto *m = mosquitto_new("bare-subscriber", true, NULL);
	/* MQTT 5 with the receive maximum that Assay asks for, or QoS 1 would stop at 20 in flight. */
	mosquitto_int_option(m, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
	mosquitto_int_option(m, MOSQ_OPT_RECEIVE_MAXIMUM, 2000);
	mosquitto_connect_callback_set(m, on_connect);
	mosquitto_subscribe_callback_set(m, on_subscribe);
	mosquitto_message_callback_set(m, on_message);
	int rc = mosquitto_connect(m, "127.0.0.1", port, 60);
	if (rc != MOSQ_ERR_SUCCESS) {
		fprintf(stderr, "cannot connect to port %d: %s\n", port, mosquitto_strerror(rc));
		return 3;
	}
	signal(SIGALRM, tick);
	struct itimerval each_second = { { 1, 0 }, { 1, 0 } };
	setitimer(ITIMER_REAL, &each_second, NULL);
	mosquitto_loop_forever(m, 1000, 1);
	report_and_exit();
}
