//! `unexpanded-port`: a range of ports that stays text.

use crate::instruction::{Instruction, Port};
use crate::rules::place::short;
use crate::rules::{Context, Edit, Finding, Findings};
use crate::syntax::Part;

rule! {
    id: "unexpanded-port",
    severity: Warning,
    summary: "a range of ports, which Podman keeps as text",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds ranges of ports in EXPOSE, where the engine is Podman or Buildah.

## Why is this bad?

Docker writes the single ports into the image. Podman writes the text as it is, and a program that
looks for `8001/tcp` does not find it.

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
            if range.first == range.last {
                continue;
            }
            let message = format!("{} keeps the range `{}` as text", buildah.name, short(text));
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
