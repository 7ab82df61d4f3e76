// What a clerk does in a browser, at two widths, each page judged by axe-core.
// node pages.cjs MODULES CHROMIUM BASE UNIT TOKEN prints a line of JSON for each page.
const [modules, chromium, base, unit, token] = process.argv.slice(2);
const { createRequire } = require("module");
const from = createRequire(modules + "/");
const puppeteer = from("puppeteer-core");
const axe = require("fs").readFileSync(from.resolve("axe-core/axe.min.js"), "utf8");

async function judge(page, name) {
  for (const width of [390, 1280]) {
    await page.setViewport({ width, height: 900 });
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const { violations } = await axe.run(document, { resultTypes: ["violations"] });
      return violations.map((each) => `${each.id}: ${each.nodes[0].html}`);
    });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    const alert = await page.$eval("[role=alert]", (each) => each.textContent).catch(() => "");
    const said = { name, width, found, wide, alert, url: page.url() };
    console.log(JSON.stringify(said));
  }
}

// Fill the form on the page by the keyboard alone, and send it.
async function send(page, values) {
  for (const [name, value] of Object.entries(values)) {
    await page.focus(`[name=${name}]`);
    await page.$eval(`[name=${name}]`, (field, value) => (field.value = value), value);
  }
  await page.focus("main button");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

(async () => {
  const args = ["--no-sandbox"];
  const browser = await puppeteer.launch({ executablePath: chromium, args, protocolTimeout: 300000 });
  const page = await browser.newPage();
  page.setDefaultTimeout(120000);
  // Without a password: a browser would ask for one, and has no status to tell.
  const stranger = await fetch(base + "/");
  console.log(JSON.stringify({ name: "stranger", status: stranger.status }));
  await page.authenticate({ username: unit, password: token });
  await page.setBypassCSP(true); // axe is a script, and the pages allow none
  await page.goto(base + "/receive");
  await judge(page, "receive");
  await send(page, {});
  await judge(page, "dossier");
  await send(page, { kind: "supplement-requested" });
  await judge(page, "asked");
  await send(page, { kind: "note", at: "2020-01-01T00:00" });
  await judge(page, "refused");
  for (const name of ["", "upload", "report", "standings"]) {
    await page.goto(`${base}/${name}`);
    await judge(page, name || "board");
  }
  await browser.close();
})().catch((error) => {
  console.error(String(error));
  process.exit(1);
});
