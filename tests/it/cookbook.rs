//! `docs/cookbook.md`: the Rust of every row is compiled, and renders the row's Dockerfile.
//!
//! `MULTISTAGE_UPDATE=1 cargo test --all-features cookbook` writes the page.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use multistage::instruction::{
    Add, Arg, Command, Copy, Env, Healthcheck, KEYWORDS, Label, Maintainer, Mount, Network, Port,
    Run, Security, Sharing, inline, literal_path,
};
use multistage::{
    ArgName, CheckDirective, Context, Dockerfile, Escape, Image, Packages, Platform, Stage,
    StageName, args::TARGETARCH, expr, labels, literal,
};

use crate::golden::root;

/// What the page says before its tables.
const BEGIN: &str = "\
# Cookbook

The Rust for every instruction, every flag and every mount option of a Dockerfile. A test compiles
each row and compares what it renders.

Code that begins with a dot continues a `Stage`. The values `build`, `docs` and `version` are the
names of a stage, a named build context and an argument; `seconds` is `Duration::from_secs`. Lines
that the output continues with `\\` are joined here.

";

const HEAD: &str = "| Dockerfile | Rust |\n|---|---|\n";

/// A row: Docker's text, with continued lines joined; the code; and what that gives.
struct Row {
    dockerfile: &'static str,
    code: &'static str,
    gives: String,
}

/// Rows whose code is about a file, rows whose code is a stage, and rows whose code goes on with one.
macro_rules! rows {
    (file $file:ident: $($dockerfile:literal { $($code:tt)* })*) => {
        vec![$({
            let mut $file = Dockerfile::new();
            { $($code)*; }
            if $file.stages().is_empty() {
                $file.push(Stage::new("a"));
            }
            let text = $file.render().unwrap_or_else(|report| panic!("{report}"));
            let gives = text.trim_end().trim_end_matches("FROM a").trim_end().to_owned();
            Row { dockerfile: $dockerfile, code: stringify!($($code)*), gives }
        }),*]
    };
    (stage: $($dockerfile:literal { $($code:tt)* })*) => {
        vec![$(Row { dockerfile: $dockerfile, code: stringify!($($code)*), gives: last_stage($($code)*) }),*]
    };
    (step: $($dockerfile:literal { $($code:tt)* })*) => {
        vec![$({
            let gives = last_stage(Stage::new("a") $($code)*);
            let gives = gives.strip_prefix("FROM a\n").expect("it is on the stage").to_owned();
            Row { dockerfile: $dockerfile, code: stringify!($($code)*), gives }
        }),*]
    };
}

/// What a stage gives in a file that has what the rows refer to.
fn last_stage(stage: Stage) -> String {
    let mut file = Dockerfile::new();
    file.context("docs");
    file.arg("VERSION");
    file.stage("build", Stage::new("b"));
    let before = file.render().expect("it renders").len();
    file.push(stage);
    let text = file.render().unwrap_or_else(|report| panic!("{report}"));
    text.get(before..).unwrap_or_default().trim().to_owned()
}

#[allow(unused_variables, reason = "the rows show where handles come from")]
#[allow(deprecated, reason = "MAINTAINER is part of the language")]
fn tables() -> Vec<(&'static str, Vec<Row>)> {
    let build = StageName::new("build");
    let docs = Context::new("docs");
    let version = ArgName::new("VERSION");
    let seconds = Duration::from_secs;
    vec![
        (
            "The file",
            rows! { file file:
                "# syntax=docker/dockerfile:1" { file.set_syntax("docker/dockerfile:1") }
                "# escape=`" { file.set_escape(Escape::Backtick) }
                "# check=skip=StageNameCasing;error=true" { file.set_check_directive(CheckDirective::new().skip("StageNameCasing").error(true)) }
                "# a comment at the top" { file.header("a comment at the top") }
                "ARG VERSION=22" { let version = file.arg(("VERSION", "22")) }
                "# VERSION of Node<br>ARG VERSION=22" { file.arg(Arg::new("VERSION").default("22").describe("of Node")) }
                "FROM node:22" { file.push(Stage::new("node:22")) }
                "FROM node:22 AS build" { let build = file.stage("build", Stage::new("node:22")) }
                "# build compiles<br>FROM node:22 AS build" { file.stage("build", Stage::new("node:22").describe("compiles")) }
            },
        ),
        (
            "Stages",
            rows! { stage:
                "FROM build" { Stage::new(&build) }
                "FROM docs" { Stage::new(&docs) }
                "FROM node:${VERSION}-slim" { Stage::new(format!("node:{version}-slim")) }
                "FROM --platform=$BUILDPLATFORM node:22" { Stage::new("node:22").platform(Platform::build()) }
                "# a comment<br>FROM node:22" { Stage::new("node:22").header("a comment") }
            },
        ),
        (
            "Comments",
            rows! { step:
                "# a comment<br>USER app" { .comment("a comment").user("app") }
                "# check=skip=JSONArgsRecommended<br>CMD date" { .check_directive(CheckDirective::new().skip("JSONArgsRecommended")).cmd("date") }
            },
        ),
        (
            "RUN",
            rows! { step:
                "RUN npm ci" { .run("npm ci") }
                "RUN [\"npm\", \"ci\"]" { .run(["npm", "ci"]) }
                "RUN make && make install" { .run(Run::chain(["make", "make install"])) }
                "RUN Write-Host one; Write-Host two" { .run(Run::lines(["Write-Host one;", "Write-Host two"])) }
                "RUN <<EOF<br>set -e<br>make<br>EOF" { .run(Run::script("set -e\nmake")) }
                "RUN cat <<E >/motd<br>hello<br>E" { .run(Command::shell("cat <<E >/motd").heredoc("hello")) }
                "RUN apk add --no-cache git tini" { .install(Packages::apk(["git", "tini"])) }
                "RUN --network=none make" { .run(Run::new("make").network(Network::None)) }
                "RUN --security=insecure make" { .run(Run::new("make").security(Security::Insecure)) }
                "RUN --device=nvidia.com/gpu=all make" { .run(Run::new("make").device("nvidia.com/gpu=all")) }
            },
        ),
        (
            "RUN with mounts",
            rows! { step:
                "RUN --mount=type=bind,from=build,source=/src,target=/src make" { .run(Run::new("make").mount(Mount::bind("/src").with_from(&build).source("/src"))) }
                "RUN --mount=type=bind,target=.,readwrite make" { .run(Run::new("make").mount(Mount::bind(".").readwrite())) }
                "RUN --mount=type=cache,id=npm,target=/root/.npm,sharing=locked npm ci" { .run(Run::new("npm ci").mount(Mount::cache("/root/.npm").id("npm").sharing(Sharing::Locked))) }
                "ARG TARGETARCH<br>RUN --mount=type=cache,id=cc-${TARGETARCH},target=/cc make" { .run(Run::new("make").mount(Mount::cache("/cc").id_per_arch("cc"))) }
                "RUN --mount=type=cache,target=/c,mode=0700,uid=1000,gid=1000,readonly make" { .run(Run::new("make").mount(Mount::cache("/c").mode(0o700).uid(1000).gid(1000).readonly())) }
                "RUN --mount=type=tmpfs,target=/tmp,size=64m make" { .run(Run::new("make").mount(Mount::tmpfs("/tmp").size("64m"))) }
                "RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci" { .run(Run::new("npm ci").mount(Mount::secret("npmrc").target("/root/.npmrc").required())) }
                "RUN --mount=type=secret,id=token,env=TOKEN make" { .run(Run::new("make").mount(Mount::secret("token").env("TOKEN"))) }
                "RUN --mount=type=ssh cargo fetch" { .run(Run::new("cargo fetch").mount(Mount::ssh())) }
            },
        ),
        (
            "COPY and ADD",
            rows! { step:
                "COPY package.json package-lock.json ./" { .copy(["package.json", "package-lock.json"], "./") }
                "COPY [\"two words\", \"/srv/\"]" { .copy("two words", "/srv/") }
                "COPY [\"\\\"\\\\$5.txt\\\"\", \"/srv/\"]" { .copy(literal_path("$5.txt"), "/srv/") }
                "COPY <<\"EOF\" /etc/motd<br>$5 off<br>EOF" { .copy(inline(literal("$5 off")), "/etc/motd") }
                "COPY --from=build /app /app" { .copy_from(&build, "/app", "/app") }
                "COPY --from=busybox:1.37 /bin/sh /bin/" { .copy_from(Image::new("busybox:1.37"), "/bin/sh", "/bin/") }
                "COPY --from=docs / /docs/" { .copy_from(&docs, "/", "/docs/") }
                "COPY --from=build --chown=app:app --chmod=0755 --link /app /app" { .instruction(Copy::new("/app", "/app").with_from(&build).chown("app:app").chmod(0o755).link()) }
                "COPY --parents --exclude=*.md ./src/*/Cargo.toml /src/" { .instruction(Copy::new("./src/*/Cargo.toml", "/src/").parents().exclude("*.md")) }
                "COPY --new=x . ." { .instruction(Copy::new(".", ".").flag("new", "x")) }
                "ADD https://example.com/a.tar.gz /a/" { .add("https://example.com/a.tar.gz", "/a/") }
                "ADD --checksum=${SUM} https://example.com/a /" { .instruction(Add::new("https://example.com/a", "/").checksum("${SUM}")) }
                "ADD --chown=app --chmod=0644 --link --exclude=*.md docs /docs" { .instruction(Add::new("docs", "/docs").chown("app").chmod(0o644).link().exclude("*.md")) }
                "ADD --keep-git-dir https://github.com/moby/buildkit.git /src" { .instruction(Add::new("https://github.com/moby/buildkit.git", "/src").keep_git_dir(true)) }
                "ADD --unpack=false a.tar.gz /" { .instruction(Add::new("a.tar.gz", "/").unpack(false)) }
            },
        ),
        (
            "ENV, LABEL and ARG",
            rows! { step:
                "ENV NODE_ENV=production" { .env("NODE_ENV", "production") }
                "ENV PATH=/opt/bin:$PATH" { .env("PATH", expr("/opt/bin:$PATH")) }
                "ENV PRICE=\"\\$5 off\"" { .env("PRICE", literal("$5 off")) }
                "ENV A=b C=d" { .envs([("A", "b"), ("C", "d")]) }
                "ARG VERSION<br>ENV A=b V=${VERSION}" { .instruction(Env::new("A", "b").and("V", &version)) }
                "LABEL org.opencontainers.image.title=api" { .label(labels::TITLE, "api") }
                "LABEL a=b c=d" { .labels([("a", "b"), ("c", "d")]) }
                "ARG VERSION<br>LABEL a=b v=${VERSION}" { .instruction(Label::new("a", "b").and("v", &version)) }
                "ARG VERSION" { .arg(&version) }
                "ARG TARGETARCH" { .arg(TARGETARCH) }
                "ARG PORT=8080" { .arg(("PORT", "8080")) }
                "ARG A B=c" { .arg(Arg::new("A").and(("B", "c"))) }
            },
        ),
        (
            "How the container runs",
            rows! { step:
                "WORKDIR /app" { .workdir("/app") }
                "USER app:app" { .user("app:app") }
                "EXPOSE 8080" { .expose(8080) }
                "EXPOSE 80/tcp 53/udp 9000-9002" { .expose([Port::tcp(80), Port::udp(53), "9000-9002".into()]) }
                "VOLUME [\"/data\", \"/log\"]" { .volume(["/data", "/log"]) }
                "CMD [\"node\", \"server.js\"]" { .cmd(["node", "server.js"]) }
                "CMD node server.js" { .cmd("node server.js") }
                "ENTRYPOINT [\"/server\"]" { .entrypoint(["/server"]) }
                "SHELL [\"/bin/bash\", \"-c\"]" { .shell(["/bin/bash", "-c"]) }
                "STOPSIGNAL SIGQUIT" { .stopsignal("SIGQUIT") }
                "HEALTHCHECK CMD curl -f localhost" { .healthcheck("curl -f localhost") }
                "HEALTHCHECK --interval=30s --timeout=3s --retries=3 CMD [\"/probe\"]" { .healthcheck(Healthcheck::new(["/probe"]).interval(seconds(30)).timeout(seconds(3)).retries(3)) }
                "HEALTHCHECK --start-period=10s --start-interval=1s CMD [\"/probe\"]" { .healthcheck(Healthcheck::new(["/probe"]).start_period(seconds(10)).start_interval(seconds(1))) }
                "HEALTHCHECK NONE" { .healthcheck(Healthcheck::none()) }
            },
        ),
        (
            "Others",
            rows! { step:
                "ONBUILD RUN npm ci" { .onbuild(Run::new("npm ci")) }
                "MAINTAINER jo@example.com" { .instruction(Maintainer::new("jo@example.com")) }
            },
        ),
    ]
}

fn rows() -> Vec<Row> {
    tables().into_iter().flat_map(|(_, rows)| rows).collect()
}

#[test]
fn every_row_gives_what_it_says() {
    for row in rows() {
        assert_eq!(joined(&row.gives), row.dockerfile, "{}", row.code);
    }
}

#[test]
fn the_page_is_fresh() {
    let path = root().join("docs/cookbook.md");
    let page = page();
    if std::env::var("MULTISTAGE_UPDATE").is_ok_and(|wish| wish == "1") {
        fs::write(path, page).expect("it can be written");
        return;
    }
    let written = fs::read_to_string(&path).expect("it can be read");
    // The compiler decides how much white space is between the tokens of a row.
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    for (line, expected) in written.lines().zip(page.lines()) {
        assert_eq!(
            bare(line),
            bare(expected),
            "MULTISTAGE_UPDATE=1 writes the page"
        );
    }
    assert_eq!(written.lines().count(), page.lines().count());
}

fn page() -> String {
    let mut page = String::from(BEGIN);
    let mut first = true;
    for (title, rows) in tables() {
        if !std::mem::take(&mut first) {
            page.push('\n');
        }
        page.push_str(&format!("## {title}\n\n{HEAD}"));
        for row in rows {
            let code = span(&on_one_line(row.code));
            page.push_str(&format!("| {} | {code} |\n", spans(row.dockerfile)));
        }
    }
    page
}

#[test]
fn the_table_has_every_instruction_flag_and_key() {
    let rows = rows();
    let lines = || rows.iter().flat_map(|row| row.dockerfile.split("<br>"));
    for keyword in KEYWORDS.iter().chain(&["FROM"]) {
        let known = lines().any(|line| line.split(' ').next() == Some(keyword));
        assert!(known, "{keyword}");
    }
    let mut flags = 0;
    for (file, name) in names_of("flags!(") {
        let keyword = file.to_ascii_uppercase();
        let flag = |word: &str| {
            word.strip_prefix("--")
                .map(|flag| flag.split('=').next() == Some(name.as_str()))
        };
        let known = lines().any(|line| {
            line.starts_with(&format!("{keyword} "))
                && line.split(' ').any(|word| flag(word) == Some(true))
        });
        assert!(known, "{keyword} --{name}");
        flags += 1;
    }
    assert!(flags > 20, "where are the flags?");
    let mut keys = 0;
    for (_, name) in names_of("keys! {") {
        let known = lines().any(|line| {
            let mounts = line
                .split(' ')
                .filter_map(|word| word.strip_prefix("--mount="));
            let mut fields = mounts.flat_map(|mount| mount.split(','));
            fields.any(|field| field.split('=').next() == Some(name.as_str()))
        });
        assert!(known, "--mount={name}");
        keys += 1;
    }
    assert!(keys > 10, "where are the keys?");
}

/// The names of the rows of a table in the sources of the instructions, each with the file that it is in.
fn names_of(table: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let folder = root().join("src/instruction");
    let files = fs::read_dir(folder).expect("the sources can be listed");
    for path in files.map(|entry| entry.expect("it can be listed").path()) {
        // An instruction is a file, or a folder whose own file is `mod.rs`.
        let file = if path.is_dir() {
            path.join("mod.rs")
        } else {
            path.clone()
        };
        let source = fs::read_to_string(file).expect("it can be read");
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        for rows in source.split(&format!("\n{table}")).skip(1) {
            let rows = rows.split("\n}").next().unwrap_or_default();
            for row in rows.lines().filter(|line| line.contains(" => ")) {
                if let Some(flag) = row.split('"').nth(1) {
                    found.insert((name.to_owned(), flag.to_owned()));
                }
            }
        }
    }
    found
}

/// Continued lines are joined, and what is left of line breaks is spelled as in a table.
fn joined(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        if let Some(begun) = out.strip_suffix('\\') {
            out = format!("{begun}{}", line.trim_start());
        } else {
            if !out.is_empty() {
                out.push_str("<br>");
            }
            out.push_str(line);
        }
    }
    out
}

/// The compiler breaks long rows.
fn on_one_line(code: &str) -> String {
    let lines: Vec<&str> = code.lines().map(str::trim).collect();
    lines.join(" ")
}

/// A code span for each line.
fn spans(text: &str) -> String {
    text.split("<br>")
        .map(span)
        .collect::<Vec<_>>()
        .join("<br>")
}

fn span(code: &str) -> String {
    if code.contains('`') {
        format!("`` {code} ``")
    } else {
        format!("`{code}`")
    }
}
