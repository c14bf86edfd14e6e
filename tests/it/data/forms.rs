//! What a hand writes: shorter and longer forms that are read as the same, and other formats.

use multistage::Dockerfile;

use super::root;

fn read(yaml: &str) -> Dockerfile {
    serde_norway::from_str(yaml).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn renders(yaml: &str, expected: &str) {
    let text = read(yaml)
        .render()
        .unwrap_or_else(|report| panic!("{}", report.without_origins()));
    assert_eq!(text, expected);
}

/// The steps of a stage on `a`, as they are rendered.
#[track_caller]
fn step(yaml: &str, expected: &str) {
    let steps = yaml.replace('\n', "\n    ");
    let yaml = format!("stages:\n- from: a\n  steps:\n  - {steps}");
    renders(&yaml, &format!("FROM a\n{expected}"));
}

#[test]
fn stages_with_and_without_names() {
    renders(
        "stages: [{name: a, from: alpine}, {from: a}, {from: {image: alpine}}, {from: {stage: A}}]",
        "FROM alpine AS a\n\nFROM a\n\nFROM alpine\n\nFROM a\n",
    );
    renders("stages: {A: {from: alpine}}", "FROM alpine AS a\n");
}

#[test]
fn a_name_below_is_an_image() {
    renders(
        "stages: {dart: {from: dart}, b: {from: dart}}",
        "FROM dart AS dart\n\nFROM dart AS b\n",
    );
    let file = read("stages: {a: {from: b}, b: {from: {image: a}}}");
    let json = serde_json::to_string(&file).expect("JSON");
    assert_eq!(
        json,
        r#"{"stages":{"a":{"from":"b"},"b":{"from":{"image":"a"}}}}"#
    );
    let report = file.render().unwrap_err().to_string();
    assert!(report.contains("shadowed-image"), "{report}");
}

#[test]
fn global_arguments() {
    let expected = "ARG A=1\nARG B\n\nFROM a\n";
    for args in [
        "{A: 1, B: }",
        "[{A: 1}, B]",
        "[{A: {default: '1'}}, {B: {}}]",
    ] {
        renders(&format!("args: {args}\nstages: [{{from: a}}]"), expected);
    }
    renders(
        "args: [{arg: [A, {B: {literal: $x}}], comment: both}]\nstages: [{from: a}]",
        "# both\nARG A B=\"\\$x\"\n\nFROM a\n",
    );
}

#[test]
fn steps() {
    step("run: {script: make}", "RUN <<EOF\nmake\nEOF\n");
    step(
        "run: {chain: [a, b], network: none}",
        "RUN --network=none a \\\n    && b\n",
    );
    step("run: {command: cat <<X, heredoc: y}", "RUN cat <<X\ny\nX\n");
    step(
        "run: {command: a, mount: {target: /b}}",
        "RUN --mount=type=bind,target=/b \\\n    a\n",
    );
    step("cmd: {lines: [a;, b]}", "CMD a; \\\n    b\n");
    step("cmd: [sleep, 5]", "CMD [\"sleep\", \"5\"]\n");
    step(
        "copy: [{file: '*'}, {inline: $x, name: b}, /d/]",
        "COPY \"[\\\\*]\" <<\"b\" /d/\n$x\nb\n",
    );
    step(
        "copy: {flags: {new: 1, bare: true}, src: [a], dest: b}",
        "COPY --new=1 --bare a b\n",
    );
    step(
        "copy: {chown: 1000, exclude: '*.md', src: a, dest: b}",
        "COPY --chown=1000 --exclude=*.md a b\n",
    );
    step("label: [[a, 1], [a, true]]", "LABEL a=1 \\\n      a=true\n");
    step("expose: [8080, 53/udp, $P]", "EXPOSE 8080 53/udp $P\n");
    step("healthcheck: NONE", "HEALTHCHECK NONE\n");
    step("healthcheck: [/probe]", "HEALTHCHECK CMD [\"/probe\"]\n");
    step("stopsignal: 9", "STOPSIGNAL 9\n");
    step("onbuild: {run: make}", "ONBUILD RUN make\n");
    step(
        "{comment: \"one\\ntwo\", user: app}",
        "# one\n# two\nUSER app\n",
    );
    step(
        "{comment: [{check: {skip: all}}, x], user: app}",
        "# check=skip=all\n# x\nUSER app\n",
    );
}

#[test]
fn a_reference_to_nothing_is_read_and_reported() {
    let file = read(
        "stages: {builder: {from: a}, b: {from: c, steps: [{copy: {from: biulder, src: d, dest: e}}]}}",
    );
    assert_eq!(
        file.render().unwrap_err().to_string(),
        "\
error[unknown-stage]: no stage is named `biulder`
 --> Dockerfile:4:13
  |
4 | COPY --from=biulder d e
  |             ^^^^^^^ not declared
  = help: did you mean `builder`?
"
    );
}

#[test]
fn a_live_dollar_is_read_and_reported() {
    let file = read("stages: [{from: a, steps: [{workdir: $HOME}]}]");
    let report = file.render().unwrap_err().to_string();
    assert!(report.contains("undecided-dollar"), "{report}");
}

#[test]
fn toml_works_too() {
    // TOML has its tables after what is none: the order of a map that has both is lost.
    let reordered = ["03-go-multiarch", "04-python-uv", "12-adversarial"];
    for entry in std::fs::read_dir(root().join("tests/golden/scenarios")).expect("the scenarios") {
        let path = entry.expect("a scenario").path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let text = std::fs::read_to_string(&path).expect("a text");
        let file = Dockerfile::parse(&text).expect("a file");
        let toml = toml::to_string(&file).expect("TOML");
        let again: Dockerfile = toml::from_str(&toml).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(again == file, !reordered.contains(&name.as_ref()), "{name}");
    }
    let by_hand = r#"
        args = { GO_VERSION = "1.24" }

        [[stages]]
        name = "build"
        from = "golang:${GO_VERSION}"
        steps = [
            { copy = [".", "."] },
            { run = { command = "go build", mount = { type = "cache", target = "/go/pkg/mod" } } },
        ]

        [[stages]]
        from = "scratch"
        steps = [{ copy = { from = "build", src = "/app", dest = "/" } }]
    "#;
    let file: Dockerfile = toml::from_str(by_hand).expect("a file");
    assert_eq!(
        file.render().expect("a text"),
        "\
ARG GO_VERSION=1.24

FROM golang:${GO_VERSION} AS build
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod \\
    go build

FROM scratch
COPY --from=build /app /
"
    );
}

#[test]
fn tags_are_refused() {
    let error = serde_norway::from_str::<Dockerfile>("stages: [{from: !image a}]").unwrap_err();
    assert!(error.to_string().contains("enum"), "{error}");
}
