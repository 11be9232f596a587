// Folders of made-up templates: 300 functions in every state, in 14 templates; 300 in one template; some that cannot be
// read; and one whose names are attacks.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const areas = ["orders", "billing", "catalog", "delivery", "search", "accounts", "returns", "pricing", "stock", "mail", "fraud", "reports"];
const verbs = ["Create", "Read", "Update", "Cancel", "List", "Confirm", "Export", "Import", "Archive", "Notify"];
const things = ["Order", "Invoice", "Customer", "Shipment", "Payment", "Address", "Voucher"];

const profile = (account, name) => `arn:aws:signer:eu-west-1:${account}:/signing-profiles/${name}/AbCdEfGh12`;

const config = (name, policy, publishers) => `
  ${name}:
    Type: AWS::Lambda::CodeSigningConfig
    Properties:
      AllowedPublishers:
        SigningProfileVersionArns:
${publishers.map((one) => `          - ${one}`).join("\n")}
      CodeSigningPolicies:
        UntrustedArtifactOnDeployment: ${policy}
`;

const made = (name, more) => `
  ${name}:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/${name}/
      Handler: app.handler
      Runtime: python3.13
${more.map((line) => `      ${line}\n`).join("")}`;

const image = (name) => `
  ${name}:
    Type: AWS::Serverless::Function
    Properties:
      PackageType: Image
      ImageUri: 210987654321.dkr.ecr.eu-west-1.amazonaws.com/${name.toLowerCase()}:1
`;

function area_template(area, index, count) {
  let text = `AWSTemplateFormatVersion: 2010-09-09
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, AllowedValues: [dev, prod], Default: prod}
  CentralConfigArn: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
`;
  const tools = index % 3 === 0;
  const signed = index % 4 === 3 ? "!Ref CentralConfigArn" : "!Ref SigningConfig";
  for (let at = 0; at < count; ++at) {
    const name = verbs[at % verbs.length] + things[Math.floor(at / verbs.length) % things.length] +
      (at >= 70 ? "Again" : "") + (at % 11 === 5 ? "InTheBackgroundForEveryTenant" : "");
    const layers = tools && at % 2 === 0 ? ["Layers: [!Ref Tools]"]
      : at % 9 === 4 ? ["Layers: [arn:aws:lambda:eu-west-1:464622532012:layer:Datadog-Extension:65]"] : [];
    if (at % 17 === 3) text += made(name, layers);
    else if (at % 17 === 8) text += image(name);
    else if (at % 13 === 6) text += made(name, [...layers, "CodeSigningConfigArn: !If [IsProd, !Ref SigningConfig, !Ref AWS::NoValue]"]);
    else if (at % 13 === 9) text += made(name, [...layers, "CodeSigningConfigArn: !Ref TrialConfig"]);
    else if (at % 19 === 10) text += made(name, [...layers, "CodeSigningConfigArn: arn:aws:lambda:eu-west-1:210987654321:code-signing-config:csc-0123456789abcdef0"]);
    else text += made(name, [...layers, `CodeSigningConfigArn: ${signed}`]);
  }
  if (tools) text += `
  Tools:
    Type: AWS::Serverless::LayerVersion
    Properties:
      ContentUri: layers/tools/
`;
  text += config("SigningConfig", "Enforce", [profile("210987654321", "Platform"), profile("210987654321", `Team_${area}`), profile("464622532012", "DatadogLambdaSigningProfile")]);
  text += config("TrialConfig", "Warn", [profile("210987654321", "Platform")]);
  return text;
}

// `parent.yaml` nests the rest. Returns how many functions there are.
export function large_folder(folder) {
  const counts = [80, 40, 34, 30, 26, 22, 20, 16, 12, 9, 6, 4];
  let parent = "Resources:\n";
  areas.forEach((area, index) => {
    write(join(folder, area, "template.yaml"), area_template(area, index, counts[index]));
    parent += `  ${area[0].toUpperCase()}${area.slice(1)}Stack:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: ${area}/template.yaml}\n`;
  });
  write(join(folder, "parent.yaml"), parent);
  write(join(folder, "single.yaml"), `Resources:
  Edge:
    Type: AWS::Lambda::Function
    Properties: {Code: {S3Bucket: b, S3Key: k}, Handler: a.b, Runtime: python3.13, Role: !GetAtt Role.Arn}
`);
  return counts.reduce((sum, count) => sum + count, 1);
}

// One function in a hundred is unsigned, the others share a config, which varies.
export function tall_folder(folder) {
  const count = 300;
  let text = `Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, AllowedValues: [dev, prod]}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
`;
  for (let at = 0; at < count; ++at)
    text += made(`Handler${at}`, at % 100 === 50 ? [] : at % 10 === 0 ? ["CodeSigningConfigArn: !If [IsProd, !Ref SigningConfig, !Ref AWS::NoValue]"] : ["CodeSigningConfigArn: !Ref SigningConfig"]);
  write(join(folder, "template.yaml"), text + config("SigningConfig", "Enforce", [profile("210987654321", "Platform")]));
  return count;
}

// One template whose only function is enforced, and two that cannot be read.
export function broken_folder(folder) {
  write(join(folder, "good.yaml"), "Transform: AWS::Serverless-2016-10-31\nResources:\n" +
    made("Fine", ["CodeSigningConfigArn: !Ref SigningConfig"]) + config("SigningConfig", "Enforce", [profile("210987654321", "Platform")]));
  write(join(folder, "one.yaml"), "AWSTemplateFormatVersion: 2010-09-09\nResources:\n  B: [\n");
  write(join(folder, "two.json"), '{"AWSTemplateFormatVersion":"2010-09-09","Resources":{');
}

export function hostile_folder(folder) {
  const attacks = [
    "</script><img src=x onerror=window.attacked=1>", "<svg onload=window.attacked=2>", "\"onmouseover=\"window.attacked=3",
    "'><script>window.attacked=4</script>", "]]><script>window.attacked=5</script>", "<!--", "a\u001b[31mb", "line\nbreak",
    "</style><script>window.attacked=6</script>", "${alert(1)}`;window.attacked=7;`", "&lt;b&gt;", "\u202eevil", "</title><script>window.attacked=8</script>",
  ];
  const Resources = {};
  for (const name of attacks)
    Resources[name] = {
      Type: "AWS::Lambda::Function",
      Properties: { Code: { S3Bucket: "b", S3Key: "k" }, Handler: "a.b", Runtime: "python3.13", Layers: [name], CodeSigningConfigArn: { "Fn::If": [name, { Ref: "Config" }, { Ref: "AWS::NoValue" }] } },
    };
  Resources.Config = { Type: "AWS::Lambda::CodeSigningConfig", Properties: { AllowedPublishers: { SigningProfileVersionArns: attacks } } };
  const Parameters = { "</script>&\"'`": { Type: "String" } };
  const Conditions = Object.fromEntries(attacks.map((name) => [name, { "Fn::Equals": [{ Ref: "</script>&\"'`" }, name] }]));
  write(join(folder, "<img src=x onerror='window.attacked=9'>.json"), JSON.stringify({ Parameters, Conditions, Resources }));
  return attacks.length;
}

export function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
