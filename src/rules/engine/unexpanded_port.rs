//! `unexpanded-port`: a port that stays text.

use crate::instruction::{Instruction, Port};
use crate::rules::place::short;
use crate::rules::{Context, Edit, Finding, Findings};
use crate::syntax::Part;

rule! {
    id: "unexpanded-port",
    severity: Warning,
    summary: "a range of ports, or a port of the host, which Podman keeps as text",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds ports of EXPOSE that are a range, that name a port or an address of the host, or that have a protocol in capitals,
where the engine is Podman or Buildah.

## Why is this bad?

Docker makes single ports with a protocol in lower case of them. Podman writes the text into the image as it is, and a
program that looks for `8001/tcp` does not find it.

## Example

For Podman:

```dockerfile engine=podman
FROM alpine
EXPOSE 8000-8002
```

## Use instead

```dockerfile engine=podman
FROM alpine
EXPOSE 8000 8001 8002
```
"#,
}

/// The longest range that is written out.
const RANGE: u16 = 16;

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(buildah) = context.buildah() else {
        return;
    };
    context.each_instruction(&mut |at, instruction| {
        let Instruction::Expose(expose) = instruction else {
            return;
        };
        for (n, port) in expose.ports.iter().enumerate() {
            let text = port.text().as_literal().unwrap_or_default();
            let Some(spec) = Port::spec(text) else {
                continue;
            };
            let range = &spec.range;
            let is_single = range.first == range.last && !text.contains(['-', ':']);
            if is_single && !spec.protocol_in_capitals {
                continue;
            }
            let message = format!("{} keeps the port `{}` as text", buildah.name, short(text));
            let edit = (range.last.abs_diff(range.first) < RANGE).then(|| {
                let suffix = match text.split_once('/') {
                    Some(_) => format!("/{}", range.protocol),
                    None => String::new(),
                };
                let ports = range.first..=range.last;
                let ports: Vec<String> = ports.map(|port| format!("{port}{suffix}")).collect();
                Edit::Replace(at, Part::Argument(n), ports.join(" "))
            });
            findings.add(
                Finding::new(&RULE, message)
                    .at(at, Part::Argument(n), "")
                    .help("write the ports of the container one by one")
                    .edit(edit),
            );
        }
    });
}
