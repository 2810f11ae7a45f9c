#include "bench/process/certificate.h"

#include "tls/identity.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int certificate_create(struct certificate *certificate, struct error *error)
{
	certificate->fd = memfd_create("teardown-certificate", MFD_CLOEXEC);
	if (certificate->fd == -1)
		return error_set_errno(error, STATUS_FAILED, "no memory for a certificate");
	int result = fchmod(certificate->fd, S_IRUSR | S_IWUSR) == -1
			     ? error_set_errno(error, STATUS_FAILED, "fchmod of a certificate")
			     : tls_identity_write(certificate->fd, error);
	if (result == -1) {
		certificate_destroy(certificate);
		return -1;
	}
	snprintf(certificate->path, sizeof(certificate->path), "/proc/%d/fd/%d", (int)getpid(),
		certificate->fd);
	return 0;
}

void certificate_destroy(struct certificate *certificate)
{
	if (certificate->fd != -1)
		close(certificate->fd);
	certificate->fd = -1;
}
