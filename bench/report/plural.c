#include "bench/report/plural.h"

const char *plural_of(double count, const char *one, const char *more)
{
	return count == 1 ? one : more;
}
