#include "bench/measure/server_hellos.h"

void server_hellos_add(struct server_hellos *hellos, const struct server_hello *hello)
{
	if (hellos->told == 0)
		hellos->version = hello->version;
	hellos->told++;
	hellos->resumed += hello->session == TLS_SESSION_RESUMED;
	hellos->has_versions |= hello->version != hellos->version;
}

const char *server_hellos_version(const struct server_hellos *hellos)
{
	return hellos->has_versions ? "mixed" : server_hello_version_text(hellos->version);
}
