#include "bench/load/sealed_context.h"

#include "bench/load/builtin_loader_spec.h"
#include "tls/context.h"

#include <stdlib.h>

int sealed_context_create(struct sealed_context **context, const struct builtin_loader_spec *spec,
	struct error *error)
{
	*context = NULL;
	if (!spec->tls)
		return 0;
	struct sealed_context *made = calloc(1, sizeof(*made));
	if (!made)
		return error_set(error, STATUS_FAILED, "no memory for TLS");
	made->tls = tls_context_create_client(&(struct tls_settings){0}, error);
	made->resumes = spec->tls_resumes;
	made->output = (struct tls_buffer){.bytes = made->output_bytes, .size = SEALED_OUTPUT_SIZE};
	*context = made;
	return made->tls ? 0 : -1;
}

void sealed_context_destroy(struct sealed_context *context)
{
	if (!context)
		return;
	tls_session_release(context->session);
	tls_context_destroy(context->tls);
	free(context);
}

void sealed_context_keep_session(struct sealed_context *context, const struct tls_channel *channel)
{
	struct ssl_session_st *session = context->resumes ? tls_channel_session(channel) : NULL;
	if (!session)
		return;
	tls_session_release(context->session);
	context->session = session;
}
