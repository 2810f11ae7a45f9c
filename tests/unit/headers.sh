#!/bin/sh
# Compiles every header alone: each includes what it needs.
# headers.sh SOURCE_ROOT COMPILER ARGS…
set -u
cd "$1" || exit 1
shift
failed=0 count=0
for header in $(find include common strategies tls server bench manual tests -name '*.h' | sort); do
	count=$((count + 1))
	echo "#include \"$header\"" | "$@" -fsyntax-only -x c - && continue
	echo "$header: does not stand alone"
	failed=1
done
echo "$count headers"
[ "$count" -gt 0 ] && [ "$failed" = 0 ]
