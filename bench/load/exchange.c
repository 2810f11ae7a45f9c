#include "bench/load/exchange.h"

#include <errno.h>
#include <sys/socket.h>

void exchange_begin(struct exchange *exchange, const struct loader_request *request,
	struct known_head *known, bool verify, uint64_t now_ns)
{
	exchange->request = request;
	exchange->sent = 0;
	exchange->begun_ns = now_ns;
	exchange->under_way = true;
	response_init(&exchange->response, known, verify);
}

ssize_t exchange_send(struct exchange *exchange, int fd)
{
	const struct loader_request *request = exchange->request;
	ssize_t n = send(fd, request->text + exchange->sent, request->size - exchange->sent,
		MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n == -1)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	exchange->sent += (size_t)n;
	return n;
}

enum exchange_status exchange_parse(struct exchange *exchange, const char *bytes, size_t size)
{
	switch (response_parse(&exchange->response, bytes, size)) {
	case RESPONSE_MORE:
		return EXCHANGE_MORE;
	case RESPONSE_DONE:
		return EXCHANGE_DONE;
	case RESPONSE_BROKEN:
		break;
	}
	return EXCHANGE_BROKEN;
}

enum exchange_status exchange_end(struct exchange *exchange)
{
	return response_end(&exchange->response) == RESPONSE_DONE ? EXCHANGE_DONE : EXCHANGE_CUT;
}

enum exchange_status exchange_receive(
	struct exchange *exchange, int fd, char *buffer, size_t size, size_t *received)
{
	ssize_t n = recv(fd, buffer, size, MSG_DONTWAIT);
	*received = n > 0 ? (size_t)n : 0;
	if (n == -1)
		return errno == EAGAIN || errno == EINTR ? EXCHANGE_AGAIN : EXCHANGE_FAILED;
	if (n == 0)
		return exchange_end(exchange);
	return exchange_parse(exchange, buffer, (size_t)n);
}
