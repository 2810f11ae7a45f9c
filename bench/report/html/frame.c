#include "bench/report/html/frame.h"

#include "bench/report/html/markup/markup.h"
#include "bench/report/html/page_asset.h"
#include "teardown/version.h"

/* Nothing is asked of the network, and nothing runs but what the two hashes stand for. */
#define POLICY                                                                                     \
	"default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'"

void frame_begin(const char *title, FILE *out)
{
	markup_write(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"" POLICY "\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"generator\" content=\"teardown %s\">\n"
		"<title>%s</title>\n<style>",
		page_style_hash, page_script_hash, TD_VERSION, title);
	fputs(page_style, out);
	fputs("</style>\n</head>\n<body>\n", out);
}

void frame_end(const char *names, const char *data, FILE *out)
{
	fprintf(out,
		"<script type=\"application/json\" id=\"plots\">{\"names\":%s,\"plots\":{%s}}"
		"</script>\n<script>",
		names, data);
	fputs(page_script, out);
	fputs("</script>\n</body>\n</html>\n", out);
}

void frame_alert_write(const char *title, const char *lines, FILE *out)
{
	if (!lines || !*lines)
		return;
	markup_write(out, "<div class=\"alert\"><h2>%s</h2>\n", title);
	markup_lines_write(out, NULL, lines);
	fputs("</div>\n", out);
}
