// Judges documents by Ajv: reads {"schema": …, "cases": [[name, document], …]} and writes a list of verdicts.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(process.argv[2] + "/");
const Ajv = require("ajv/dist/2020").default;
const { schema, cases } = JSON.parse(readFileSync(0, "utf-8"));
const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema(schema);
const verdicts = cases.map(([name, document]) => ajv.getSchema(`${schema.$id}#/$defs/${name}`)(document));
process.stdout.write(JSON.stringify(verdicts));
