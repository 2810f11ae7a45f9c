/* What every page has in it: page.css, chart.css, ladder.css and page.js, as they stand, and their
 * hashes for the Content Security Policy. Made by embed.py when the program is built. */
#ifndef BENCH_REPORT_HTML_PAGE_ASSET_H
#define BENCH_REPORT_HTML_PAGE_ASSET_H

extern const char page_style[], page_style_hash[];
extern const char page_script[], page_script_hash[];

/* ladder.css alone, of a picture that stands by itself. */
extern const char page_ladder_style[];

#endif
