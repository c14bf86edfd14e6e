//! What programs that generate Dockerfiles need: loops and conditions, numbers and paths, packages, the command line of a
//! build, one error. Each snippet has the length that it would have by hand.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use multistage::inputs::{BuildTool, Inputs};
use multistage::instruction::{Copy, Healthcheck, Mount, Run, words};
use multistage::{Dockerfile, Fragment, Packages, Report, Stage};

#[track_caller]
fn renders(stage: Stage, expected: &str) {
    let mut file = Dockerfile::new();
    file.push(stage);
    let text = file.render().map_err(|report| report.to_string());
    assert_eq!(text, Ok(format!("FROM alpine\n{expected}")));
    assert_eq!(
        Dockerfile::parse(&text.unwrap_or_default()).as_ref(),
        Ok(&file)
    );
}

fn ids(report: &Report) -> Vec<&'static str> {
    report
        .diagnostics()
        .iter()
        .map(|found| found.rule.id)
        .collect()
}

#[track_caller]
fn refused(stage: Stage, rule: &str) {
    let mut file = Dockerfile::new();
    file.push(stage);
    assert_eq!(file.render().as_ref().map_err(ids), Err(vec![rule]));
}

#[test]
fn loops_and_conditions() {
    let pairs = [("A", "1"), ("B", "2")];
    let (source, owner): (Option<&str>, Option<u32>) = (Some("src"), Some(1000));
    let mount = Mount::bind("/src").when_some(source, |mount, source| mount.source(source));
    renders(
        Stage::new("alpine")
            .each(pairs, |stage, (key, value)| stage.env(key, value))
            .args(["X", "Y"])
            .run(
                Run::new("make")
                    .mount(mount)
                    .each(["/a", "/b"], |run, path| run.mount(Mount::cache(path))),
            )
            .instruction(
                Copy::new(".", ".").when_some(owner, |copy, owner| copy.chown(owner.to_string())),
            )
            .when(false, |stage| stage.run("no"))
            .fragment(Fragment::new("x", |stage| stage.run("x")).when(true, |fragment| fragment))
            .instruction(Healthcheck::new("true").when(true, |check| check.retries(3))),
        "ENV A=1\nENV B=2\nARG X\nARG Y\nRUN --mount=type=bind,source=src,target=/src \\\n    \
         --mount=type=cache,target=/a \\\n    --mount=type=cache,target=/b \\\n    make\n\
         COPY --chown=1000 . .\nRUN x\nHEALTHCHECK --retries=3 \\\n    CMD true\n",
    );
}

#[test]
fn numbers_paths_and_references() {
    let run = Run::new("make");
    renders(
        Stage::new("alpine")
            .env("PORT", 8080)
            .env("DEBUG", true)
            .user(1000)
            .arg(("JOBS", 4))
            .label("revision", 7_u64)
            .workdir(Path::new("/srv/app"))
            .run(&run)
            .instruction(&run)
            .copy(Path::new("a*b $x"), PathBuf::from("/srv/"))
            .copy([Path::new("a"), Path::new("b")], "/srv/"),
        "ENV PORT=8080\nENV DEBUG=true\nUSER 1000\nARG JOBS=4\nLABEL revision=7\nWORKDIR /srv/app\n\
         RUN make\nRUN make\nCOPY [\"\\\"a[\\\\\\\\*]b \\\\$x\\\"\", \"/srv/\"]\nCOPY a b /srv/\n",
    );
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let path = Path::new(std::ffi::OsStr::from_bytes(b"a\xff"));
    refused(Stage::new("alpine").copy(path, "/"), "unencodable-text");
    refused(Stage::new("alpine").workdir(path), "unencodable-text");
}

#[test]
fn scripts_for_other_programs() {
    renders(
        Stage::new("alpine").run(Run::script_with("python3", "print('$HOME')\nEOF")),
        "RUN python3 <<\"EOF1\"\nprint('$HOME')\nEOF\nEOF1\n",
    );
    renders(
        Stage::new("alpine").run(Run::script_with(
            words(["psql", "a b"]),
            "SELECT * FROM users;",
        )),
        "RUN psql 'a b' <<\"EOF\"\nSELECT * FROM users;\nEOF\n",
    );
}

#[test]
fn packages_with_options() {
    let deps = Packages::apk(["tar"])
        .options(["--virtual", ".fetch-deps"])
        .removed_after(["wget x", "tar xf x"]);
    renders(
        Stage::new("alpine").install(deps),
        "RUN apk add --no-cache --virtual .fetch-deps tar \\\n    && wget x \\\n    && tar xf x \\\n    \
         && apk del --no-network .fetch-deps\n",
    );
    let deps = Packages::apt(["gcc", "make"])
        .version("libc6-dev", "2.41-1")
        .prefix(["sudo"]);
    renders(
        Stage::new("alpine").install(deps.removed_after([words(["make", "A B"])])),
        "RUN sudo apt-get update \\\n    && sudo apt-get install -y --no-install-recommends \\\n        gcc \\\n        \
         libc6-dev=2.41-1 \\\n        make \\\n    && sudo rm -rf /var/lib/apt/lists/* \\\n    && make 'A B' \\\n    \
         && sudo apt-get purge -y --auto-remove gcc libc6-dev make\n",
    );
    renders(
        Stage::new("alpine").install(Packages::zypper(["git"]).option("--oldpackage")),
        "RUN zypper --non-interactive install --no-recommends --oldpackage git \\\n    && zypper clean --all\n",
    );
    renders(
        Stage::new("alpine").install(
            Packages::apt(["nodejs=18~dfsg"])
                .option("-o")
                .option("A::B=x y"),
        ),
        "RUN apt-get update \\\n    && apt-get install -y --no-install-recommends -o 'A::B=x y' nodejs=18~dfsg \\\n    \
         && rm -rf /var/lib/apt/lists/*\n",
    );
    refused(
        Stage::new("alpine").install(Packages::apt(["git"]).option("a\nb")),
        "invalid-value",
    );
    refused(
        Stage::new("alpine").install(Packages::zypper(["-git"])),
        "invalid-value",
    );
    refused(
        Stage::new("alpine").install(Packages::apt_satisfy(["a; b"])),
        "invalid-value",
    );
    refused(
        Stage::new("alpine").install(Packages::apk(["a"]).removed_after(["b # c"])),
        "lost-command",
    );
}

fn strings(list: Vec<OsString>) -> Vec<String> {
    list.into_iter()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect()
}

#[test]
fn the_command_line_of_a_build() {
    let mut file = Dockerfile::new();
    let version = file.arg("VERSION");
    let docs = file.context("docs");
    file.push(
        Stage::new(format!("node:{version}"))
            .copy_from(&docs, "/", "/docs/")
            .run(
                Run::new("a")
                    .mount(Mount::secret("key").required())
                    .mount(Mount::ssh().required()),
            )
            .run(Run::new("b").security(multistage::instruction::Security::Insecure)),
    );
    let inputs = file.inputs();
    let given = |tool| {
        inputs
            .command(tool)
            .target("app")
            .platform("linux/amd64")
            .platform("linux/arm64")
            .arg("VERSION", "22\n$(x) 'y'")
            .build_context("docs", "./my docs")
            .secret_env("key", "KEY")
            .tag("app")
    };
    let rest = [
        "--file",
        "-",
        "--tag",
        "app",
        "--target",
        "app",
        "--platform",
        "linux/amd64,linux/arm64",
        "--build-arg",
        "VERSION=22\n$(x) 'y'",
        "--build-context",
        "docs=./my docs",
        "--secret",
        "id=key,env=KEY",
        "--ssh",
        "default",
    ];
    let list = |tool| given(tool).arguments().map(strings);
    let allow = &["--allow", "security.insecure", "."][..];
    assert_eq!(
        list(BuildTool::Buildx),
        Ok([&["buildx", "build"], &rest[..], allow]
            .concat()
            .into_iter()
            .map(str::to_owned)
            .collect())
    );
    assert_eq!(
        list(BuildTool::Docker),
        Ok([&["build"], &rest[..], allow]
            .concat()
            .into_iter()
            .map(str::to_owned)
            .collect())
    );
    assert_eq!(
        list(BuildTool::Podman),
        Ok([&["build"], &rest[..], &["."]]
            .concat()
            .into_iter()
            .map(str::to_owned)
            .collect())
    );

    let missing = inputs.command(BuildTool::Buildx).arguments();
    assert_eq!(
        missing.map_err(|error| error.to_string()),
        Err("the build cannot be started:\n  the build argument `VERSION` has no value and no default\n  \
             the named context `docs` has no location\n  the secret `key` has no source"
            .to_owned())
    );
    let secret = |tool| {
        Inputs::default()
            .command(tool)
            .secret_file("x", "a,\"b\"")
            .arguments()
            .map(strings)
    };
    assert_eq!(
        secret(BuildTool::Docker),
        Ok([
            "build",
            "--file",
            "-",
            "--secret",
            "id=x,\"src=a,\"\"b\"\"\"",
            "."
        ]
        .map(str::to_owned)
        .to_vec())
    );
    assert!(secret(BuildTool::Podman).is_err());
    let context = Inputs::default()
        .command(BuildTool::Podman)
        .file("-x")
        .context("-")
        .ignored_by("i");
    assert_eq!(
        context.arguments().map(strings),
        Ok(["build", "--file", "./-x", "--ignorefile", "i", "-"]
            .map(str::to_owned)
            .to_vec())
    );
    assert!(
        Inputs::default()
            .command(BuildTool::Docker)
            .ignored_by("i")
            .arguments()
            .is_err()
    );
    assert!(
        Inputs::default()
            .command(BuildTool::Docker)
            .arg("A=B", "x")
            .arguments()
            .is_err()
    );
    assert!(
        Inputs::default()
            .command(BuildTool::Docker)
            .arg("A", "x\0")
            .arguments()
            .is_err()
    );
}

#[test]
fn one_error() {
    fn all(text: &str) -> Result<(), multistage::Error> {
        let mut file = Dockerfile::parse(text)?;
        file.rename("a", "b")?;
        let pruned = file.for_target("b")?;
        file.merge(pruned)?;
        file.inputs().command(BuildTool::Docker).arguments()?;
        text.parse::<multistage::instruction::Port>()?;
        Ok(())
    }
    let message = |text: &str| {
        all(text)
            .map_err(|error| error.to_string())
            .err()
            .unwrap_or_default()
    };
    assert!(message("FROM a AS x\nCOPY --from=a\n").starts_with("error["));
    assert!(message("FROM x AS y\n").contains("`a`"));
    assert!(message("FROM x AS a\n").contains("is no"));
    fn is_error<T: std::error::Error + Send + Sync + 'static>() {}
    is_error::<multistage::Error>();
}

#[test]
fn files_of_windows() {
    use multistage::Escape;
    use multistage::instruction::literal_path;
    for escape in [Escape::Backslash, Escape::Backtick] {
        let mut file = Dockerfile::new();
        file.set_escape(escape);
        file.push(Stage::new("servercore").copy(literal_path("C:\\a b\\c[1].txt"), "C:/x/"));
        let text = file.render().unwrap_or_default();
        assert!(
            text.ends_with("COPY [\"C:/a b/c[[]1].txt\", \"C:/x/\"]\n"),
            "{text}"
        );
    }
    // Elsewhere a backslash is a character of the name.
    renders(
        Stage::new("alpine").copy(literal_path("a\\b"), "/"),
        "COPY [\"\\\"a[\\\\\\\\\\\\\\\\]b\\\"\", \"/\"]\n",
    );
}
