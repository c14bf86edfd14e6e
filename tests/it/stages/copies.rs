//! COPY, and what it takes from where.

use super::{fires, found};
use multistage::{Dockerfile, Parsed, Stage, check::Checker};

#[test]
fn several_sources_without_a_slash() {
    let fires = |copy: &str| {
        fires(
            "destination-without-slash",
            &format!("FROM alpine:3.22\n{copy}\n"),
        )
    };
    for copy in [
        "COPY a b /app",
        "ADD a b /app",
        "COPY [\"a\", \"b\", \"/app\"]",
        "COPY a b app",
        "WORKDIR /w\nCOPY a b app",
        "ENV D=/app\nCOPY a b $D",
        "COPY <<EOF b /app\nx\nEOF",
    ] {
        assert!(fires(copy), "{copy}");
    }
    for copy in [
        "COPY a b /app/",
        "COPY a b .",
        "COPY a b ./",
        "COPY a b /app/.",
        "COPY a b ..",
        "COPY a /app",
        "COPY * /app",
        "ENV D=/app/\nCOPY a b $D",
        "COPY a b $UNKNOWN",
        "COPY [\"a\", \"b\", \"/my app/\"]",
        "COPY --parents a b /app",
        "WORKDIR /app\nCOPY a b /app",
        "WORKDIR /app/src\nCOPY a b /app",
        "COPY c /app/\nCOPY a b /app",
        "COPY c /app/c\nCOPY a b /app",
        "RUN mkdir -p /app\nCOPY a b /app",
        "COPY a b /usr/local/bin",
        "ADD a b /tmp",
    ] {
        assert!(!fires(copy), "{copy}");
    }
    for copy in [
        "COPY c /app\nCOPY a b /app",
        "RUN mkdir -p /application\nCOPY a b /app",
        "COPY rootfs /\nCOPY a b /app",
        "WORKDIR /application\nCOPY a b /app",
    ] {
        assert!(fires(copy), "{copy}");
    }
    let inherited = "FROM scratch AS a\nWORKDIR /app\nFROM a\nCOPY a b /app\n";
    assert_eq!(found(inherited), [""; 0]);
}

#[test]
fn files_that_would_be_lost_are_an_error_of_a_built_file() {
    let errors = |sources: [&str; 2], base: &str| {
        let mut file = Dockerfile::new();
        file.push(Stage::new(base).copy(sources, "/app"));
        let report = file.check();
        assert_eq!(report.diagnostics().len(), 1, "{report}");
        report.has_errors()
    };
    assert!(errors(["a.json", "src/b.json"], "scratch"));
    assert!(errors(["a.json", "src/b.json"], "alpine:3.22"));
    assert!(!errors(["a.json", "b"], "scratch"));
    assert!(!errors(["a.json", "conf.d"], "scratch"));
    assert!(!errors(["a.json", "*.json"], "scratch"));
    assert!(!errors(["a.json", "b.json"], "example.com/base:1"));
    let report = Parsed::new("FROM scratch\nCOPY a.json b.json /app\n").check(&Checker::new());
    assert!(!report.is_empty() && !report.has_errors());
}

#[test]
fn the_slash_is_added() {
    let mended = |text: &str| {
        let parsed = Parsed::new(text);
        let report = parsed.check(&Checker::new());
        let found = report.iter().next().expect("a finding");
        assert_eq!(found.rule.id, "destination-without-slash");
        found.suggestion.as_ref().map(|suggestion| {
            let mut text = text.to_owned();
            text.replace_range(suggestion.span.clone(), &suggestion.replacement);
            text
        })
    };
    let on = |copy: &str| format!("FROM alpine:3.22\n{copy}\n");
    for (copy, expected) in [
        ("COPY a b /app", Some("COPY a b /app/")),
        (
            "COPY [\"a\", \"b\", \"/app\"]",
            Some("COPY [\"a\", \"b\", \"/app/\"]"),
        ),
        ("COPY [\"a\", \"b\", \"/my app\"]", None),
    ] {
        assert_eq!(mended(&on(copy)), expected.map(on), "{copy}");
    }
    let mut file = Dockerfile::new();
    file.push(Stage::new("alpine:3.22").copy(["a b", "c"], "/app"));
    let report = file.check();
    let found = report.iter().next().expect("a finding");
    let suggestion = found.suggestion.as_ref().expect("a suggestion");
    let mut text = report.text().to_owned();
    text.replace_range(suggestion.span.clone(), &suggestion.replacement);
    assert_eq!(text, "FROM alpine:3.22\nCOPY [\"a b\", \"c\", \"/app/\"]\n");
}

#[track_caller]
fn early(stage: &str, expected: bool) {
    let text = format!("FROM ubuntu:24.04\nWORKDIR /app\n{stage}\n");
    assert_eq!(fires("sources-before-install", &text), expected, "{stage}");
}

#[test]
fn installs_that_any_change_invalidates() {
    for install in [
        "npm install",
        "npm ci",
        "npm ci --omit=dev && npm run build",
        "cd web && npm i",
        "npm --prefix web install",
        "yarn",
        "yarn install --frozen-lockfile",
        "corepack enable && yarn --immutable",
        "pnpm install --frozen-lockfile",
        "bun install",
        "pip install -r requirements.txt",
        "pip3 install --no-cache-dir -r ./requirements.txt",
        "python3 -m pip install -r requirements.txt",
        "pip install -r requirements/dev.txt flask",
        "npm --prefix web install --omit dev",
        "npm install --registry https://example.com",
        "pipenv install --system",
        "poetry install --no-root",
        "uv sync --locked",
        "uv pip install -r requirements.txt",
        "cargo fetch",
        "go mod download",
        "mvn dependency:go-offline",
        "./mvnw -B dependency:resolve",
        "gradle dependencies",
        "bundle install",
        "composer install --no-dev",
        "set -eux; apt-get update; npm ci",
        "if [ -f yarn.lock ]; then yarn --frozen-lockfile; fi",
        "FOO=1 npm ci",
    ] {
        early(&format!("COPY . .\nRUN {install}"), true);
    }
    early("COPY ./ /app/\nRUN npm ci", true);
    early("COPY / /app/\nRUN npm ci", true);
    early("ADD . /app\nRUN npm ci", true);
    early("COPY --chown=1000:1000 . .\nRUN npm ci", true);
    early(
        "COPY [\".\", \".\"]\nRUN [\"sh\", \"-c\", \"npm ci\"]",
        true,
    );
    early("ARG SRC=.\nCOPY $SRC /app\nRUN npm ci", true);
    early("COPY . .\nRUN true\nRUN <<EOF\nset -e\nnpm ci\nEOF", true);
    let inherited = "FROM node:22 AS src\nCOPY . .\nFROM src\nRUN npm ci\n";
    assert!(fires("sources-before-install", inherited));
}

#[test]
fn installs_that_are_in_order() {
    for install in [
        "go build ./...",
        "cargo build --release",
        "cargo install --path .",
        "go install ./...",
        "pip install .",
        "pip install -e .",
        "pip install -e '.[dev]'",
        "pip install '.[dev]' -r requirements.txt",
        "pip install ./dist/app.whl",
        "pip install dist/*.whl",
        "npm install tedious",
        "npm install -g serve",
        "npm i --location=global pnpm",
        "pip install --upgrade pip",
        "pip install flask",
        "pip install -r https://example.com/list.txt",
        "python -m pip install --timeout 100 flask",
        "uv pip install flask",
        "pipenv install flask",
        "cargo install cargo-watch",
        "go install example.com/tool@v1",
        "npm run build",
        "npm run install",
        "npm test",
        "yarn build",
        "pnpm install --offline",
        "poetry build",
        "mvn package",
        "gradle build",
        "echo npm install",
        "apt-get install -y npm",
        "npm --version",
    ] {
        early(&format!("COPY . .\nRUN {install}"), false);
    }
    early(
        "COPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .",
        false,
    );
    early(
        "COPY package.json ./\nRUN npm ci\nCOPY . .\nRUN npm ci --omit=dev",
        false,
    );
    early(
        "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nRUN pip install -e .",
        false,
    );
    early("COPY src ./src\nRUN npm ci", false);
    early("COPY --from=ubuntu:24.04 . /x\nRUN npm ci", false);
    early(
        "COPY . .\nRUN --mount=type=cache,target=/root/.npm npm ci",
        false,
    );
    early("RUN --mount=type=bind,target=. npm ci", false);
    let apart = "FROM node:22 AS a\nCOPY . .\nFROM node:22\nCOPY --from=a /x /x\nRUN npm ci\n";
    assert!(!fires("sources-before-install", apart));
    let before =
        "FROM node:22 AS deps\nCOPY package.json ./\nRUN npm ci\nFROM deps\nCOPY . .\nRUN npm ci\n";
    assert!(!fires("sources-before-install", before));
}

fn cached(builder: &str, copy: &str) -> bool {
    let text =
        format!("FROM rust:1.85 AS b\nWORKDIR /src\nCOPY . .\n{builder}\nFROM debian:12\n{copy}\n");
    fires("copy-from-cache-mount", &text)
}

#[test]
fn what_was_in_a_cache() {
    const BUILD: &str = "RUN --mount=type=cache,target=/src/target cargo build --release";
    for copy in [
        "COPY --from=b /src/target/release/app /app",
        "COPY --from=b src/target/release/app /app",
        "COPY --from=b /src/target /target",
        "COPY --from=b /x /src/./target/app /y/",
        "COPY --from=0 /src/target/app /app",
        "ARG APP=app\nCOPY --from=b /src/target/release/$APP /app",
        "RUN --mount=type=bind,from=b,source=/src/target,target=/mnt cp /mnt/release/app /app",
    ] {
        assert!(cached(BUILD, copy), "{copy}");
    }
    let other =
        "RUN apt-get install -y clang\nRUN --mount=type=cache,target=/src/target cargo build";
    assert!(cached(other, "COPY --from=b /src/target/app /app"));
    let relative = "RUN --mount=type=cache,target=/src/target --mount=type=cache,target=/root/.cargo cargo build && ls target";
    assert!(cached(relative, "COPY --from=b /src/target/app /app"));
    let variable = "ENV T=/src/target\nRUN --mount=type=cache,target=$T cargo build";
    assert!(!cached(variable, "COPY --from=b /src/app /app"));
    let chain = "FROM rust:1.85 AS a\nRUN --mount=type=cache,target=/t cargo build\nFROM a AS b\nRUN true\nFROM debian:12\nCOPY --from=b /t/app /app\n";
    assert!(fires("copy-from-cache-mount", chain));
}

#[test]
fn what_was_not_only_in_a_cache() {
    const COPY: &str = "COPY --from=b /src/target/release/app /app";
    for builder in [
        "RUN cargo build",
        "RUN --mount=type=cache,target=/src/target cargo build\nRUN cargo build",
        "RUN cargo chef cook\nRUN --mount=type=cache,target=/src/target cargo build",
        "RUN --mount=type=cache,target=/src/target cargo build\nRUN mkdir -p /src/target/release && touch /src/target/release/app",
        "RUN --mount=type=cache,target=/src/target cargo build\nCOPY app /src/target/release/app",
        "RUN --mount=type=cache,target=/root/.cargo cargo build",
        "RUN --mount=type=bind,target=/src/target cargo build",
        "RUN --mount=type=tmpfs,target=/src/targets cargo build",
        "RUN --mount=type=cache,target=/src/target cargo build\nRUN [\"./magic\"]",
    ] {
        assert!(!cached(builder, COPY), "{builder}");
    }
    const BUILD: &str =
        "RUN --mount=type=cache,target=/src/target cargo build && cp target/app /out";
    assert!(!cached(BUILD, "COPY --from=b /out /app"));
    assert!(!cached(BUILD, "COPY --from=b /src/targets/app /app"));
    assert!(!cached(BUILD, "COPY --from=debian:12 /src/target/app /app"));
    // An image may bring something along there.
    let system = "RUN --mount=type=cache,target=/usr/local/cargo cargo build";
    assert!(!cached(
        system,
        "COPY --from=b /usr/local/cargo/bin/cargo /app"
    ));
}

#[test]
fn whole_roots() {
    let fires = |text: &str| fires("whole-root-copy", text);
    let copy = |source: &str| {
        format!("FROM alpine:3.22 AS b\nRUN true\nFROM debian:12\nCOPY --from=b {source} /x/\n")
    };
    for source in ["/", ".", "./", "/.", "//", "/usr/.."] {
        assert!(fires(&copy(source)), "{source}");
    }
    for source in ["/usr", "/*.txt", "usr/"] {
        assert!(!fires(&copy(source)), "{source}");
    }
    let squashed = "FROM alpine:3.22 AS b\nRUN a\nFROM scratch\nCOPY --from=b / ";
    assert!(!fires(&format!("{squashed}/\n")));
    assert!(fires(&format!("{squashed}/rootfs/\n")));
    let scratch = "FROM scratch AS b\nCOPY a /\nFROM debian:12\nCOPY --from=b / /\n";
    assert!(!fires(scratch));
    let on_scratch =
        "FROM scratch AS a\nCOPY a /\nFROM a AS b\nCOPY b /\nFROM debian:12\nCOPY --from=b / /\n";
    assert!(!fires(on_scratch));
    assert!(!fires("FROM debian:12\nCOPY --from=alpine:3.22 / /x/\n"));
    let between = "FROM alpine:3.22 AS b\nFROM debian:12 AS c\nCOPY --from=b / /x/\nFROM debian:12\nCOPY --from=c /x/a /\n";
    assert!(!fires(between));
    assert_eq!(found(&copy("/")), [""; 0]);
}

#[test]
fn packages_that_any_change_invalidates() {
    let fires = |steps: &str| {
        fires(
            "packages-after-copy",
            &format!("FROM debian:12\nWORKDIR /app\n{steps}\nUSER 1\n"),
        )
    };
    for run in [
        "apt-get update && apt-get install -y --no-install-recommends cmake",
        "apt-get update && apt-get install -y curl=1.2 git && rm -rf /var/lib/apt/lists/*",
        "set -eux; apt-get -o x=y install -y -t stable curl",
        "apk add --no-cache curl",
        "yum install -y less && yum clean all",
        "<<E\nset -e\napt-get update\napt-get install -y curl\nE",
    ] {
        assert!(fires(&format!("COPY . .\nRUN {run}")), "{run}");
    }
    assert!(fires("ADD . /app\nRUN make\nRUN apk add curl"));
    for run in [
        "apt-get update",
        "apt-get install -y ./app.deb",
        "apt-get install -y $PACKAGES",
        "apt-get install -y $(cat packages.txt)",
        "xargs apt-get install -y < packages.txt",
        "apt-get install -y cmake && make",
        "apk add --no-cache -t .deps gcc && make && apk del .deps",
        "echo apt-get install -y curl",
        "rm -rf build && apk add curl",
    ] {
        assert!(!fires(&format!("COPY . .\nRUN {run}")), "{run}");
    }
    for steps in [
        "RUN apk add curl\nCOPY . .",
        "COPY src .\nRUN apk add curl",
        "COPY . /\nRUN apk add curl",
        "COPY . .\nRUN cp sources.list /etc/apt/\nRUN apt-get install -y curl",
        "COPY . .\nRUN --mount=type=cache,target=/var/cache/apk apk add curl",
        "COPY --from=alpine:3.22 . .\nRUN apk add curl",
    ] {
        assert!(!fires(steps), "{steps}");
    }
}

#[test]
fn copies_of_what_is_there() {
    let fires = |text: &str| fires("copy-from-own-base", text);
    let copy = |copy: &str| format!("FROM alpine:3.22 AS a\nFROM a AS b\nFROM b\n{copy}\nUSER 1\n");
    for line in [
        "COPY --from=b /bin/x /bin/x",
        "COPY --from=a /bin/x /bin/",
        "COPY --from=alpine:3.22 /bin/x /bin/x",
        "WORKDIR /bin\nCOPY --from=b bin/x x",
        "COPY --from=docker.io/library/alpine:3.22 /a /b /bin/x /bin/",
    ] {
        assert!(fires(&copy(line)), "{line}");
    }
    for line in [
        "COPY --from=b /bin/x /bin/y",
        "COPY --from=b --chown=1 /bin/x /bin/x",
        "COPY --from=b --chmod=755 /bin/x /bin/x",
        "RUN rm /bin/x\nCOPY --from=b /bin/x /bin/x",
        "COPY --from=b /bin/* /bin/",
        "COPY --from=alpine:3.21 /bin/x /bin/x",
        "COPY /bin/x /bin/x",
    ] {
        assert!(!fires(&copy(line)), "{line}");
    }
    let other = "FROM alpine:3.22 AS a\nFROM alpine:3.22\nCOPY --from=a /bin/x /bin/x\nUSER 1\n";
    assert!(!fires(other));
    let platform =
        "FROM --platform=linux/arm64 alpine:3.22\nCOPY --from=alpine:3.22 /bin/x /bin/x\n";
    assert!(!fires(platform));
}
