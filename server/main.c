/* teardown-server: the reference server. */
#include "common/error.h"
#include "common/inherited_signals.h"
#include "common/standard_streams.h"
#include "server/server.h"

int main(int argc, char **argv)
{
	inherited_signals_settle();
	return standard_streams_open() ? server_main(argc, argv) : STATUS_FAILED;
}
