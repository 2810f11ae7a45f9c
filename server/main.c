/* teardown-server: the reference server. */
#include "common/error.h"
#include "common/streams.h"
#include "server/server.h"

int main(int argc, char **argv)
{
	return streams_open() ? server_main(argc, argv) : STATUS_FAILED;
}
