/* The manual of a lesson. Copy this file, name it in ../meson.build and in ../registry.c, and tell
 * here what happens, as a ladder: the reader of the figure should find it in play() line by line.
 *
 *     client                                    server
 *     ESTABLISHED                               ESTABLISHED
 *                  ──────── FIN ────────▶       CLOSE-WAIT
 *
 * First the claims: others' words, with who says so. Then play(), a scene in verbs (lesson.h, with
 * application_verbs.h and wire_verbs.h, for the wire in the middle). Each verb waits for what it
 * names: for a state, by the kernel's own word; for a segment, by what the wire saw; with a
 * deadline, and never for a time. The first that fails ends the scene, and what was not decided by
 * then is undecided, with the reason: no line needs a check of the one before.
 *
 * - lab_expect is a premise: without that state the scene means nothing.
 * - lab_reaches is evidence: its answer decides a claim.
 * - Hold by gates (lab_gate), not by flags: a FIN that is sent again carries other flags.
 * - Inject copies of genuine segments: one that is made up proves little.
 * - Segments are named by their end and by fields: lab_count(pair, SERVER, .flags = TCP_RST).
 * - lab_measure has the figures of a claim; lab_holds says what this kernel did, in one sentence
 *   with its figures; lab_decide does where "does not hold" would not be the whole answer.
 * - The sentence is true with each verdict: it prints the state, the count or the errno that was
 *   seen. lab_explain has it go on with why, on the verdict alone that this explains.
 * - Each claim must be able to fall: try it without the rule, or with the setting turned, and see
 *   the verdict and the sentence change.
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"fin-tells", "A FIN tells it, and nothing else does.", "RFC 9293, 3.6"},
};

static void play(struct lab *lab)
{
	/* Settings first: a connection takes over some of them when it begins. */
	lab_retransmit_late(lab);

	struct pair *pair = lab_connect(lab);
	lab_exchange(pair);
	lab_show(pair, "what this connection shows");

	int gate = lab_gate(lab, CLIENT);
	lab_shut(pair, CLIENT);
	lab_await_held(lab, gate, 1);
	enum tcp_state before = lab_state(pair, SERVER);
	lab_open(lab, gate);
	bool knows = lab_reaches(pair, SERVER, STATE_CLOSE_WAIT);
	enum tcp_state behind = lab_state(pair, SERVER);

	lab_measure(lab, "fin-tells", {"server_knew_before", before != STATE_ESTABLISHED});
	lab_holds(lab, "fin-tells", before == STATE_ESTABLISHED && knows,
		"The server was in %s while the wire held the FIN, and in %s behind it.",
		tcp_state_text(before), tcp_state_text(behind));
}

extern const struct lesson lesson_skeleton;
const struct lesson lesson_skeleton = {
	.name = "skeleton",
	.asks = "How does an end learn that the other one closes?",
	LESSON_CLAIMS(claims),
	.scene = "The wire holds the client's FIN.",
	.practice = "An end whose peer has vanished without a FIN learns nothing.",
	.play = play,
};
