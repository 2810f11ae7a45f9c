/* What the other side of an agent may send: the input's bytes are its lines. Promised: no crash; a
 * line is bounded; and what is let through is within its bounds, whatever else the line holds. */
#include "bench/ends/agent_request.h"
#include "bench/ends/line_reader.h"
#include "common/printable.h"
#include "tests/fuzz/require.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void request_check(const struct agent_request *request)
{
	REQUIRE(request->word < AGENT_WORDS);
	REQUIRE(memchr(request->strategy, 0, sizeof(request->strategy)));
	REQUIRE(memchr(request->address, 0, sizeof(request->address)));
	REQUIRE(request->port <= UINT16_MAX && request->threads <= 256);
	REQUIRE((request->word == AGENT_SERVE) == (request->port > 0));
	REQUIRE(request->word == AGENT_OPEN ||
		(request->word == AGENT_SERVE) == (request->strategy[0] != '\0'));
	REQUIRE((request->word == AGENT_LOAD) == (request->sample_period_ns > 0));
	REQUIRE(request->closes_late <= 1);
}

static void line_check(const char *line, size_t length)
{
	struct agent_request request;
	struct error error = {0};
	uint32_t code_point;
	REQUIRE(length <= LINE_BYTES_MAX && !memchr(line, '\n', length));
	if (agent_request_parse(line, length, &request, &error) == 0) {
		request_check(&request);
		return;
	}
	REQUIRE(error.status == STATUS_USAGE && error.text[0]);
	REQUIRE(!printable_fault(error.text, PRINTABLE_LINES, &code_point));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct line_reader reader;
	const char *line;
	size_t line_length;
	enum line_status status;
	int fd = memfd_create("lines", MFD_CLOEXEC);
	REQUIRE(fd != -1 && pwrite(fd, bytes, length, 0) == (ssize_t)length);
	line_reader_init(&reader, fd);
	do {
		status = line_reader_take(&reader, 0, &line, &line_length);
		if (status == LINE_READY)
			line_check(line, line_length);
	} while (status == LINE_READY || status == LINE_NONE);
	REQUIRE(status == LINE_END || status == LINE_TOO_LONG);
	close(fd);
	return 0;
}
