/* Publishes sensor readings over a raw MQTT 3.1.1 socket, so that the publisher costs as little as
 * possible beside the programs that are measured.
 *
 *   cc -O2 -o load_generator load_generator.c
 *   load_generator --port P [--topics 10000] [--pattern bench/%05d] [--rate MSG_PER_S]
 *                  [--count 1000000] [--qos 0|1] [--window 2000] [--seed 1]
 *
 * --rate 0 is flat out. Readings come from the topics in scattered order, each once a pass; each is about 100
 * bytes of JSON with the present time and a changing value. At a given rate every message is sent
 * when it is due, one by one, as independent sensors do.
 *
 * Flat out, at most --window messages are under way: QoS 1 waits for PUBACKs, QoS 0 sends a PINGREQ
 * every half window and waits for the answer to the one before. That keeps us close to the broker;
 * the broker drops QoS 0 messages for a subscriber that is slower than that, so give it
 * `max_queued_messages 0`. At the end all PUBACKs, or a last PINGRESP, are awaited. One line:
 *
 *   sent=N seconds=S rate=R
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 1 << 16, PACKET = 1024, FULL = 1 << 14 };

static int sock;
static unsigned char out[BUFFER];
static size_t out_length;
static long acknowledged, pongs;

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "load_generator: %s: %s\n", what, strerror(errno));
	exit(3);
}

static int64_t now_ns(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Counts the broker's answers: the only packets it sends us are PUBACK and PINGRESP. */
static void read_answers(int wait_ms)
{
	static unsigned char in[BUFFER];
	static size_t kept;
	struct pollfd descriptor = { sock, POLLIN, 0 };
	if (poll(&descriptor, 1, wait_ms) <= 0) return;
	ssize_t length = read(sock, in + kept, sizeof in - kept);
	if (length == 0) { errno = ECONNRESET; fail("the broker closed the connection"); }
	if (length < 0) { if (errno == EAGAIN || errno == EINTR) return; fail("read"); }
	size_t end = kept + (size_t)length, at = 0;
	while (end - at >= 2 && end - at >= 2u + in[at + 1]) {
		if ((in[at] & 0xF0) == 0x40) acknowledged++;
		if ((in[at] & 0xF0) == 0xD0) pongs++;
		at += 2u + in[at + 1];
	}
	kept = end - at;
	memmove(in, in + at, kept);
}

/* Reads while it cannot write: a broker that waits for us to read would never read from us. */
static void flush_out(void)
{
	size_t at = 0;
	while (at < out_length) {
		ssize_t length = send(sock, out + at, out_length - at, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (length > 0) { at += (size_t)length; continue; }
		if (errno == EINTR) continue;
		if (errno != EAGAIN) fail("send");
		struct pollfd descriptor = { sock, POLLIN | POLLOUT, 0 };
		poll(&descriptor, 1, 1000);
		if (descriptor.revents & POLLIN) read_answers(0);
	}
	out_length = 0;
}

static void open_connection(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	sock = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(sock, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
	int one = 1;
	setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	char id[24];
	int id_length = snprintf(id, sizeof id, "load-%d", getpid());
	unsigned char head[] = { 0x10, (unsigned char)(12 + id_length), 0, 4, 'M', 'Q', 'T', 'T', 4,
		2, 0, 0, 0, (unsigned char)id_length };
	if (write(sock, head, sizeof head) < 0 || write(sock, id, (size_t)id_length) < 0) fail("write");
	unsigned char answer[4];
	if (recv(sock, answer, 4, MSG_WAITALL) != 4 || answer[0] != 0x20 || answer[3] != 0) {
		fprintf(stderr, "load_generator: the broker refused the connection\n");
		exit(3);
	}
}

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9E3779B97F4A7C15u);
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static void append_message(const char *pattern, unsigned topic, long number, int qos, uint64_t chance)
{
	char name[128], payload[256];
	int name_length = snprintf(name, sizeof name, pattern, topic);
	double value = 20.0 + (double)(topic % 50) + (double)(chance >> 40) / (double)(1 << 24);
	int payload_length = snprintf(payload, sizeof payload,
		"{\"ts\":%lld,\"value\":%.3f,\"seq\":%ld,\"q\":\"GOOD\",\"unit\":\"Cel\",\"line\":\"L1\","
		"\"device\":\"gw-7\",\"rssi\":-61}",
		(long long)(now_ns(CLOCK_REALTIME) / 1000000), value, number);
	unsigned remaining = 2u + (unsigned)name_length + (qos ? 2u : 0u) + (unsigned)payload_length;
	unsigned char *p = out + out_length;
	*p++ = (unsigned char)(0x30 | qos << 1);
	for (unsigned left = remaining; ; left >>= 7) {
		if (left < 128) { *p++ = (unsigned char)left; break; }
		*p++ = (unsigned char)(left & 127) | 128;
	}
	*p++ = (unsigned char)(name_length >> 8);
	*p++ = (unsigned char)name_length;
	memcpy(p, name, (size_t)name_length);
	p += name_length;
	if (qos) {
		unsigned id = (unsigned)(number % 65535) + 1;
		*p++ = (unsigned char)(id >> 8);
		*p++ = (unsigned char)id;
	}
	memcpy(p, payload, (size_t)payload_length);
	out_length = (size_t)(p + payload_length - out);
}

static void append_ping(void)
{
	out[out_length++] = 0xC0;
	out[out_length++] = 0;
}

/* Each pass visits every topic once, in the same scattered order: a topic has a period, as a sensor
 * has, and neighbours in time are no neighbours in memory. 7919 is prime, so no topic is left out
 * unless there are a multiple of 7919 of them. */
static unsigned topic_of(long sent, unsigned topics)
{
	return (unsigned)(((uint64_t)sent * 7919) % topics);
}

int main(int argc, char **argv)
{
	int port = 1883, qos = 0;
	unsigned topics = 10000;
	const char *pattern = "bench/%05d";
	double rate = 0;
	long count = 1000000, window = 2000;
	uint64_t random_state = 1;
	for (int i = 1; i + 1 < argc; i += 2) {
		const char *value = argv[i + 1];
		if (!strcmp(argv[i], "--port")) port = atoi(value);
		else if (!strcmp(argv[i], "--topics")) topics = (unsigned)atoi(value);
		else if (!strcmp(argv[i], "--pattern")) pattern = value;
		else if (!strcmp(argv[i], "--rate")) rate = atof(value);
		else if (!strcmp(argv[i], "--count")) count = atol(value);
		else if (!strcmp(argv[i], "--qos")) qos = atoi(value);
		else if (!strcmp(argv[i], "--window")) window = atol(value);
		else if (!strcmp(argv[i], "--seed")) random_state = (uint64_t)atoll(value);
		else { fprintf(stderr, "unknown option %s\n", argv[i]); return 64; }
	}
	if (topics == 0 || window < 2 || (qos != 0 && qos != 1)) return 64;
	open_connection(port);

	int64_t start = now_ns(CLOCK_MONOTONIC);
	long pings = 0;
	for (long sent = 0; sent < count; sent++) {
		if (rate > 0) {
			int64_t due = start + (int64_t)((double)sent * 1e9 / rate);
			if (now_ns(CLOCK_MONOTONIC) < due) {
				flush_out();
				if (qos) read_answers(0);
				struct timespec until = { due / 1000000000, due % 1000000000 };
				clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
			}
		}
		uint64_t chance = next_random(&random_state);
		append_message(pattern, topic_of(sent, topics), sent, qos, chance);
		if (out_length >= FULL) flush_out();
		if (qos && sent + 1 - acknowledged >= window) {
			flush_out();
			while (sent + 1 - acknowledged > window / 2) read_answers(1000);
		}
		if (!qos && rate <= 0 && (sent + 1) % (window / 2) == 0) {
			append_ping();
			flush_out();
			pings++;
			while (pings - pongs > 1) read_answers(1000);
		}
	}
	append_ping();
	pings++;
	flush_out();
	while (pongs < pings || (qos && acknowledged < count)) read_answers(1000);
	double seconds = 1e-9 * (double)(now_ns(CLOCK_MONOTONIC) - start);
	printf("sent=%ld seconds=%.3f rate=%.0f\n", count, seconds, (double)count / seconds);
	unsigned char farewell[] = { 0xE0, 0 };
	(void)!write(sock, farewell, sizeof farewell);
	close(sock);
	return 0;
}
