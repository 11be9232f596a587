// Judges JSON reports by what others wrote: validate.mjs MODULES SCHEMA GITLAB_REPORT RDJSON_REPORT
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [modules, schemaFile, gitlabFile, rdjsonFile] = process.argv.slice(2);
const require = createRequire(join(modules, 'node_modules', 'x'));
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
const fail = (what, errors) => {
  console.log(`FAILED: ${what}: ${JSON.stringify(errors, null, 2)}`);
  process.exitCode = 1;
};

const { default: Ajv } = require('ajv');
const isCodeQuality = new Ajv().compile(read(schemaFile));
const issues = read(gitlabFile);
if (!isCodeQuality(issues)) fail('gitlab', isCodeQuality.errors);
if (isCodeQuality([{ ...issues[0], severity: 'error' }])) fail('gitlab', 'the schema takes everything');
if (new Set(issues.map((issue) => issue.fingerprint)).size !== issues.length) fail('gitlab', 'fingerprints repeat');

const { RDFormatValidator } = require('@umbrelladocs/rdformat-validator');
const validator = new RDFormatValidator({ strictMode: true, allowExtraFields: false });
const judged = await validator.validateString(readFileSync(rdjsonFile, 'utf8'));
if (!judged.valid) fail('rdjson', judged.errors);
if ((await validator.validateString('{"diagnostics": [{"message": 1}]}')).valid) fail('rdjson', 'everything is taken');
console.log(`${issues.length} issues and ${read(rdjsonFile).diagnostics.length} diagnostics are valid`);
