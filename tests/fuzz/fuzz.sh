#!/bin/sh
# fuzz.sh BUILD SECONDS [--keep]: runs every fuzzer of a build with -Dfuzz=true for SECONDS, all at the
# same time, from the corpus that is kept. Fails when one has found something; the input that shows it
# is left in BUILD/fuzz/NAME/, to be moved to tests/fuzz/regressions/NAME/.
# --keep: the corpus then becomes the fewest inputs, old and new, that reach all that was reached.
set -eu
build=$1 seconds=$2 keep=${3:-}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
names=$(ls "$here/corpus")
status=0 running=''

for name in $names; do
	found=$build/fuzz/$name
	mkdir -p "$found/corpus"
	rm -f "$found"/crash-* "$found"/leak-* "$found"/timeout-* "$found"/oom-*
	"$build/tests/fuzz/fuzz-$name" -max_total_time="$seconds" -max_len=2048 -timeout=20 \
		-dict="$here/http.dict" -artifact_prefix="$found/" -print_final_stats=1 \
		"$found/corpus" "$here/corpus/$name" "$here/regressions/$name" \
		>"$found/log" 2>&1 &
	running="$running $!:$name"
done
for one in $running; do
	name=${one#*:}
	found=$build/fuzz/$name
	if wait "${one%%:*}"; then
		runs=$(grep -a ^stat::number_of_executed_units "$found/log" | grep -o '[0-9]*$')
		echo "fuzz: $name: $runs inputs in $seconds s, nothing found"
	else
		status=1
		grep -aE 'broken promise|ERROR|SUMMARY|runtime error|Test unit' "$found/log" >&2 || true
		echo "fuzz: $name: FAILED (all of it: $found/log)" >&2
	fi
	[ -n "$keep" ] || continue
	rm -rf "$found/kept"
	mkdir "$found/kept"
	"$build/tests/fuzz/fuzz-$name" -set_cover_merge=1 -use_counters=0 -use_cmp=0 \
		"$found/kept" "$here/corpus/$name" "$found/corpus" >>"$found/log" 2>&1
	rm -f "$here/corpus/$name"/*
	cp "$found/kept"/* "$here/corpus/$name/"
done
exit "$status"
