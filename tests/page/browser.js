// What tests of pages in Chromium share: Chromium itself, and what is true of every page. Exits 77 where there
// is no Chromium, or not npm's playwright-core and axe-core; node looks for these in the folders of NODE_PATH.
"use strict";
const assert = require("assert"), fs = require("fs");

function skip(why) {
	console.log("skipped: " + why);
	process.exit(77);
}

function module_of(name) {
	try {
		return require(name);
	} catch (error) {
		return skip(`no module ${name} (npm install ${name})`);
	}
}

const chromium_path = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((one) => fs.existsSync(one));
if (!chromium_path)
	skip("no chromium");
const { chromium } = module_of("playwright-core"), axe = module_of("axe-core");

const PHONE = { width: 390, height: 844 }, DESK = { width: 1280, height: 1000 }, WALL = { width: 2560, height: 1440 };
const NARROW = { width: 701, height: 900 }, TABLET = { width: 1081, height: 900 };
const TEXT_LEAST_PX = 11;

// Opens a page; what it says, asks for or throws is a fault.
async function open(browser, url, viewport, options = {}) {
	const context = await browser.newContext({ viewport, acceptDownloads: true, ...options });
	const page = await context.newPage(), faults = [];
	page.on("console", (message) => faults.push("console: " + message.text()));
	page.on("pageerror", (error) => faults.push("error: " + error.message));
	page.on("dialog", (dialog) => { faults.push("dialog: " + dialog.message()); dialog.dismiss(); });
	page.on("request", (request) => request.url() === url || faults.push("request: " + request.url()));
	await page.goto(url);
	return { page, done: async () => { await context.close(); assert.deepStrictEqual(faults, []); } };
}

const text_of = (page, selector) => page.locator(selector).allInnerTexts();

// Texts that are shown smaller than they may be; text in a drawing counts as large as it comes out.
function too_small(least) {
	const small = [];
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let node; (node = walker.nextNode());) {
		const element = node.parentElement;
		if (!node.textContent.trim() || ["SCRIPT", "STYLE"].includes(element.tagName) || !element.checkVisibility())
			continue;
		const matrix = element instanceof SVGGraphicsElement ? element.getScreenCTM() : { a: 1, d: 1 };
		const size = parseFloat(getComputedStyle(element).fontSize) * Math.min(matrix.a, matrix.d);
		if (size < least)
			small.push(`${size}: ${node.textContent.trim()}`);
	}
	return small;
}

// A page lays out what is scrolled to: here all of it is, so that what is looked at is all of it.
const lay_out_all = (page) => page.evaluate(() =>
	document.querySelectorAll("main > section").forEach((section) => { section.style.contentVisibility = "visible"; }));

// Looks at a page in each of the sizes and colours, one [viewport, colorScheme] after the other. The page is loaded
// once: it is laid out anew, as in a window that somebody makes smaller.
async function look(browser, url, screens, at_each) {
	const { page, done } = await open(browser, url, screens[0][0]);
	await lay_out_all(page);
	for (const [viewport, colorScheme] of screens) {
		await page.setViewportSize(viewport);
		await page.emulateMedia({ colorScheme });
		await at_each(page, viewport, `${url} at ${viewport.width} px, ${colorScheme}`);
	}
	await done();
}

const fits = (browser, url, screens) => look(browser, url, screens, async (page, viewport, where) => {
	const width = await page.evaluate(() => document.documentElement.scrollWidth);
	assert(width <= viewport.width, `${where}: ${width} px`);
	assert.deepStrictEqual(await page.evaluate(too_small, TEXT_LEAST_PX), [], where);
});

// All rules are tried; what passes is not described, which would take three times as long.
const axe_violations = () => window.axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
	violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`));

const axe_finds_nothing = (browser, url, screens) => look(browser, url, screens, async (page, viewport, where) => {
	if (!await page.evaluate(() => "axe" in window))
		await page.evaluate(axe.source);
	assert.deepStrictEqual(await page.evaluate(axe_violations), [], where);
});

// Each of the sizes in each of the colours.
const screens_of = (viewports, colorSchemes) => colorSchemes.flatMap((colorScheme) =>
	viewports.map((viewport) => [viewport, colorScheme]));

// Runs cases one after the other, in one browser; the folder is then removed.
async function run(cases, folder) {
	// No user namespace of its own: the test may run as root. It opens files that it made itself.
	const browser = await chromium.launch({ executablePath: chromium_path, args: ["--no-sandbox"] });
	let status = 0;
	for (const one of cases)
		try {
			const begun = Date.now(), said = await one(browser);
			console.log(`ok: ${one.name}${said ? ": " + said : ""}, ${Date.now() - begun} ms`);
		} catch (error) {
			console.log(`FAILED: ${one.name}: ${error.stack}`);
			status = 1;
		}
	await browser.close();
	fs.rmSync(folder, { recursive: true });
	process.exit(status);
}

module.exports = { PHONE, NARROW, TABLET, DESK, WALL, open, text_of, screens_of, fits, axe_finds_nothing, run };
