// page_browser.js TEARDOWN [timing]: the pages of results in Chromium, as a person meets them: with a mouse, with
// keys, on a phone, in the dark, without a script (browser.js).
"use strict";
const assert = require("assert"), fs = require("fs"), os = require("os"), path = require("path");
const { execFileSync } = require("child_process");
const { PHONE, NARROW, TABLET, DESK, WALL, open, text_of, screens_of, fits, axe_finds_nothing, run } = require("./browser.js");

const teardown = path.resolve(process.argv[2]), folder = fs.mkdtempSync(path.join(os.tmpdir(), "teardown-page-"));
const LINES_SHOWN = 6, COLUMNS = 11, READY_MOST_MS = 100, BOXES_MOST = 2500;
// A4 without margins of 1 cm, at 96 px an inch.
const PAPER = { width: 718, height: 1047 };

// A result of so many strategies, trials and samples, and its page; made once, and never written to.
const results = new Map();
function made(...size) {
	const name = size.join("-"), json = path.join(folder, name + ".json"), html = path.join(folder, name + ".html");
	if (!results.has(name)) {
		execFileSync("python3", [path.join(__dirname, "made_result.py"), json, ...size.map(String)]);
		execFileSync(teardown, ["report", json, "--html", html]);
		results.set(name, { result: JSON.parse(fs.readFileSync(json)), json, url: "file://" + html });
	}
	return results.get(name);
}

function compared(name, ...files) {
	const html = path.join(folder, name + ".html");
	execFileSync(teardown, ["compare", ...files, "--html", html], { cwd: folder });
	return "file://" + html;
}

const names_of = (page) => text_of(page, "tbody.strategy:not([hidden]) tr:first-child .name");

function median(values) {
	const sorted = [...values].sort((a, b) => a - b), half = sorted.length >> 1;
	return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

// What the result holds for a strategy at its sample `at`, as the chart is to show it.
function value_of(result, strategy, at, chart) {
	const trials = result.trials.filter((trial) => trial.strategy === strategy && trial.valid);
	const read = {
		ports: (samples) => samples[at].client_ports,
		connect: (samples) => samples[at].connect_us_p50 / 1000,
		rate: (samples) => (samples[at].opened - samples[at - 1].opened) / (samples[at].t_s - samples[at - 1].t_s),
	}[chart];
	return median(trials.map((trial) => read(trial.samples)));
}

// "0.30 s: strategy-0 1,234/s · strategy-1 …": {at, values: {name: number}}
function read_out(text) {
	const [, label, rest] = /^([^:]*): (.*)$/s.exec(text);
	const values = {};
	for (const part of rest.split(" · ")) {
		const [, name, number] = /^(\S+) ([\d.,]+)/.exec(part);
		values[name] = Number(number.replaceAll(",", ""));
	}
	return { label, values };
}

function near(found, wanted, what) {
	assert(Math.abs(found - wanted) <= 1e-3 * Math.abs(wanted), `${what}: ${found}, and the result has ${wanted}`);
}

async function sorts_by_click_and_by_key(browser) {
	const { url } = made(6, 3, 11), { page, done } = await open(browser, url, DESK);
	const grouped = await names_of(page);
	const rates = async () => (await page.locator("tbody.strategy td.rate").evaluateAll((cells) =>
		cells.map((cell) => Number(cell.dataset.v))));
	const head = page.locator("thead th", { hasText: "requests" });
	await head.locator("button").click();
	assert.deepStrictEqual(await rates(), [...await rates()].sort((a, b) => b - a));
	assert.strictEqual(await head.getAttribute("aria-sort"), "descending");
	assert.strictEqual(await page.locator("tbody.group").first().isVisible(), false);
	await page.keyboard.press("Enter");
	assert.deepStrictEqual(await rates(), [...await rates()].sort((a, b) => a - b));
	assert.strictEqual(await head.getAttribute("aria-sort"), "ascending");
	await page.keyboard.press("Space");
	assert.deepStrictEqual(await names_of(page), grouped);
	assert.strictEqual(await head.getAttribute("aria-sort"), null);
	await page.locator("thead th button").first().focus();
	await page.keyboard.press("Enter");
	assert.deepStrictEqual(await names_of(page), [...grouped].sort().reverse());
	await done();
}

async function crosshair_reads_what_the_result_has(browser) {
	for (const trials of [1, 3]) {
		const { result, url } = made(5, trials, 21), { page, done } = await open(browser, url, DESK);
		const drawing = (chart) => page.locator(`.plot[data-chart="${chart}"] .drawing`);
		const read = async (chart) => read_out(await page.locator(`.plot[data-chart="${chart}"] .read`).innerText());
		const check = async (at) => {
			for (const chart of ["ports", "connect", "rate"]) {
				const { label, values } = await read(chart);
				assert.strictEqual(label, (at / 10).toFixed(2) + " s");
				assert.strictEqual(Object.keys(values).length, 5);
				for (const [name, value] of Object.entries(values))
					near(value, value_of(result, name, at, chart), `${chart} of ${name} at ${at}`);
			}
		};
		await drawing("ports").focus();
		for (let i = 0; i <= 4; i++)
			await page.keyboard.press("ArrowRight");
		await check(4);
		await page.keyboard.press("ArrowLeft");
		await check(3);
		await page.keyboard.press("End");
		await check(19);
		const { width } = await drawing("ports").boundingBox();
		await drawing("ports").hover({ position: { x: width * 12 / 19, y: 50 } });
		await check(12);
		assert(await drawing("rate").locator(".at").getAttribute("d"), "the crosshair is in all charts");
		await done();
	}
}

// Both sides, by the names of the sides; where one has ended, the other alone.
async function crosshair_reads_both_sides(browser) {
	const sides = [made(2, 3, 11), made(2, 3, 21)], url = compared("sides", ...sides.map(({ json }) => json));
	const { page, done } = await open(browser, url, DESK);
	const read = async (chart) => read_out(await page.locator(`.plot[data-chart="${chart}"] .read`).innerText());
	await page.locator('.plot[data-chart="rate-1"] .drawing').focus();
	for (let i = 0; i < 5; i++)
		await page.keyboard.press("ArrowRight");
	for (const at of [0, 1]) {
		const { label, values } = await read(`rate-${at}`);
		assert.strictEqual(label, "0.50 s");
		["A", "B"].forEach((name, i) => near(values[name], value_of(sides[i].result, `strategy-${at}`, 5, "rate"), name));
	}
	await page.keyboard.press("End");
	const { label, values } = await read("rate-1");
	assert.strictEqual(label, "1.90 s");
	assert.deepStrictEqual(Object.keys(values), ["B"]);
	near(values.B, value_of(sides[1].result, "strategy-1", 19, "rate"), "B");
	await done();
}

async function crosshair_reads_latencies(browser) {
	const { result, url } = made(2, 3, 11), { page, done } = await open(browser, url, DESK);
	await page.locator('.plot[data-chart="total"] .drawing').focus();
	await page.keyboard.press("Home");
	for (let i = 0; i < 4; i++)
		await page.keyboard.press("ArrowRight");
	const { label, values } = read_out(await page.locator('.plot[data-chart="total"] .read').innerText());
	assert.strictEqual(label, "50 %");
	for (const name of ["strategy-0", "strategy-1"]) {
		const trials = result.trials.filter((trial) => trial.strategy === name);
		near(values[name], median(trials.map((trial) => trial.latency_us.total.curve[4])) / 1000, name);
	}
	await done();
}

async function chooses_lines(browser) {
	const { url } = made(9, 2, 11), { page, done } = await open(browser, url, DESK);
	const lines = () => page.locator('.plot[data-chart="rate"] g[data-s]:visible').count();
	const ends = () => page.locator('.plot[data-chart="rate"] .ends text').allTextContents();
	assert.strictEqual(await lines(), LINES_SHOWN);
	const box = page.locator("input[data-s]:not(:checked)").first();
	const name = await box.locator("xpath=..").innerText();
	await box.focus();
	await page.keyboard.press("Space");
	assert.strictEqual(await lines(), LINES_SHOWN + 1);
	assert((await ends()).includes(name.trim()), `${name} is not among ${await ends()}`);
	const places = await page.locator('.plot[data-chart="rate"] .ends text').evaluateAll((texts) =>
		texts.map((text) => Number(text.getAttribute("y"))).sort((a, b) => a - b));
	assert(places.at(-1) <= 196, "the lowest name is cut off: " + places);
	places.forEach((place, i) => assert(i === 0 || place - places[i - 1] >= 12, "names lie on one another: " + places));
	await done();
}

async function unpacks_its_data(browser) {
	const { result, url } = made(3, 2, 11), { page, done } = await open(browser, url, DESK);
	for (const [name, check] of [
		["teardown.json", (text) => assert.deepStrictEqual(JSON.parse(text), result)],
		["teardown.csv", (text) => assert.strictEqual(text.trim().split("\r\n").length, 1 + result.trials.length)],
	]) {
		const [download] = await Promise.all([page.waitForEvent("download"), page.getByText(name, { exact: true }).click()]);
		assert.strictEqual(download.suggestedFilename(), name);
		check(fs.readFileSync(await download.path(), "utf8"));
	}
	await page.context().close();
}

async function fits_every_screen(browser) {
	for (const [strategies, hostile] of [[20, []], [10, ["hostile"]], [1, []]]) {
		const { url } = made(strategies, 2, 11, ...hostile);
		await fits(browser, url, [[PHONE, "dark"], ...screens_of([NARROW, TABLET, WALL], ["light"])]);
	}
}

async function has_no_violations(browser) {
	const sides = ["before.json", "after.json"].map((name) => path.join(__dirname, "..", "golden", "results", name));
	for (const url of [made(5, 2, 11).url, compared("compared", ...sides)])
		await axe_finds_nothing(browser, url, screens_of([PHONE, DESK], ["light", "dark"]));
}

async function says_all_without_a_script(browser) {
	const { url } = made(7, 3, 11);
	const shown = async (javaScriptEnabled) => {
		const { page, done } = await open(browser, url, DESK, { javaScriptEnabled });
		const cells = await text_of(page, "td, th, li, dd, p, h2");
		const lines = await page.locator(".plot g[data-s]:not(.off)").count();
		const boxes = await page.locator("input:visible").count();
		await done();
		return { cells: cells.map((cell) => cell.trim()), lines, boxes };
	};
	const still = await shown(false), alive = await shown(true);
	assert.deepStrictEqual(still.cells, alive.cells);
	assert.strictEqual(still.lines, alive.lines);
	assert(still.lines >= 7 * LINES_SHOWN && still.boxes === 0 && alive.boxes === 7, JSON.stringify([still.lines, still.boxes]));
}

async function holds_nothing_of_another(page) {
	assert.strictEqual(await page.locator("img, body script:not([type]) ~ *, svg[onload], [onfocus], [onmouseover]").count(), 0);
	assert.strictEqual(await page.locator("script").count(), 2);
	await page.locator(".drawing[tabindex]").first().focus();
	await page.keyboard.press("ArrowRight");
	await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
}

async function runs_nothing_that_is_not_its_own(browser) {
	const { result, url } = made(10, 3, 11, "hostile"), { page, done } = await open(browser, url, DESK);
	const names = await names_of(page);
	assert.deepStrictEqual([...names].sort(), [...new Set(result.trials.map((trial) => trial.strategy))].sort());
	await page.locator("thead th button").first().click();
	await holds_nothing_of_another(page);
	const read = await page.locator(".plot .read").first().innerText();
	assert(names.some((name) => read.includes(name)), read);
	await done();
}

// The names of its files are another's words, too.
async function compares_nothing_that_is_not_its_own(browser) {
	const { result, json } = made(10, 3, 11, "hostile");
	const names = [...new Set(result.trials.map((trial) => trial.strategy))];
	const files = ["<img src=x onerror=alert(1)>\" ' &lt; \u202e.json", "<svg onload=alert(1)>\n.json"];
	files.forEach((file) => fs.copyFileSync(json, path.join(folder, file)));
	const url = compared("strange", ...files), { page, done } = await open(browser, url, DESK);
	const heads = await page.locator("section > h2").allTextContents();
	for (const name of names)
		assert(heads.includes(name), `${name} is not among ${heads}`);
	assert((await page.locator(".card h2").allTextContents()).some((head) => head.startsWith("A: <img src=x onerror=alert(1)>\" ' &lt; ")));
	assert(!(await page.content()).includes("\u202e"), "text of a page runs from left to right");
	await holds_nothing_of_another(page);
	const read = await page.locator(".plot .read").first().innerText();
	assert(/^\d+\.\d\d s: A server [\d.,]+ · B server/.test(read), read);
	await done();
	await fits(browser, url, screens_of([PHONE, NARROW, WALL], ["dark"]));
	await axe_finds_nothing(browser, url, screens_of([PHONE], ["light"]));
}

async function prints(browser) {
	const { url } = made(6, 3, 11), { page, done } = await open(browser, url, DESK, { colorScheme: "dark" });
	await page.emulateMedia({ media: "print" });
	assert.strictEqual(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
	assert.strictEqual(await page.locator("nav").isVisible(), false);
	await page.setViewportSize(PAPER);
	assert.strictEqual(await page.locator(".strategies thead th:visible").count(), COLUMNS);
	assert(await page.evaluate(() => document.documentElement.scrollWidth) <= PAPER.width, "the table is wider than the paper");
	assert((await page.pdf()).length > 10000);
	await done();
}

// Processor time of the page's main thread, in ms, from its beginning until it has loaded: what another process
// does meanwhile is not in it. `what` is one of Chromium's metrics; the median of three loads.
async function time_of(browser, url, what) {
	const times = [];
	for (let i = 0; i < 3; i++) {
		const context = await browser.newContext({ viewport: DESK }), page = await context.newPage();
		const session = await context.newCDPSession(page);
		await session.send("Performance.enable", { timeDomain: "threadTicks" });
		await page.goto(url);
		const { metrics } = await session.send("Performance.getMetrics");
		times.push(1000 * metrics.find(({ name }) => name === what).value);
		await context.close();
	}
	return median(times);
}

// A count, whatever else the machine does: boxes that Chromium has made by the time the page is there.
async function lays_out_what_is_seen(browser) {
	const context = await browser.newContext({ viewport: DESK }), page = await context.newPage();
	const session = await context.newCDPSession(page);
	const boxes = async () => (await session.send("Performance.getMetrics")).metrics.find(({ name }) => name === "LayoutObjects").value;
	await session.send("Performance.enable");
	await page.goto(made(20, 3, 21).url);
	const first = await boxes();
	await page.evaluate(() => document.querySelectorAll("main > section").forEach((section) => { section.style.contentVisibility = "visible"; }));
	await page.evaluate(() => document.body.offsetHeight);
	const all = await boxes();
	await context.close();
	assert(first < BOXES_MOST && all > 2 * first, `${first} boxes at first, ${all} in all`);
	return `${first} of ${all} boxes`;
}

// Each link of the contents leads to its section, however far below, though what lies between is laid out on the way.
async function leads_to_each_section(browser) {
	const { url } = made(20, 3, 21);
	for (const viewport of [DESK, PHONE]) {
		const { page } = await open(browser, url, viewport);
		for (const link of await page.locator("nav a").all()) {
			const target = (await link.getAttribute("href")).slice(1);
			await link.click();
			const { top, is_end } = await page.evaluate((id) => new Promise((resolve) => requestAnimationFrame(() =>
				requestAnimationFrame(() => resolve({ top: document.querySelector(`#${id} > h2`).getBoundingClientRect().top,
					is_end: scrollY + innerHeight >= document.documentElement.scrollHeight - 1 })))), target);
			assert(top >= 0 && top < (is_end ? viewport.height : 100), `${target}: ${top} px below the top`);
		}
		await page.context().close();
	}
}

// What the script takes before the page answers to a click or a key: all of it runs while the page is parsed.
async function script_is_soon_done(browser) {
	const took = await time_of(browser, made(20, 3, 21).url, "ScriptDuration");
	assert(took > 0 && took < READY_MOST_MS, `the script took ${took} ms`);
	return `${took.toFixed(1)} ms`;
}

// Parsing, style, layout and the script together, less what a page without anything takes.
async function is_soon_ready(browser) {
	const empty = path.join(folder, "empty.html");
	fs.writeFileSync(empty, "<!DOCTYPE html><title>empty</title>");
	const took = await time_of(browser, made(20, 3, 21).url, "ThreadTime") -
		await time_of(browser, "file://" + empty, "ThreadTime");
	assert(took > 0 && took < READY_MOST_MS, `ready after ${took} ms`);
	return `${took.toFixed(0)} ms`;
}

const cases = [sorts_by_click_and_by_key, crosshair_reads_what_the_result_has,
	crosshair_reads_both_sides, crosshair_reads_latencies,
	chooses_lines, unpacks_its_data, fits_every_screen, has_no_violations, says_all_without_a_script,
	runs_nothing_that_is_not_its_own, compares_nothing_that_is_not_its_own, prints, lays_out_what_is_seen, leads_to_each_section, script_is_soon_done];

run(process.argv[3] === "timing" ? [is_soon_ready] : cases, folder);
