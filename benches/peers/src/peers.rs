//! The same files with the other crates. Where a crate cannot say a line, the nearest that it can.

pub(crate) mod p_dockerfile {
    use crate::common::Input;
    use dockerfile::*;
    pub(crate) fn node() -> Dockerfile {
        Dockerfile::base("node:18 AS builder")
            .push(Workdir::new("/app"))
            .push(Copy::new("package.json package-lock.json ./"))
            .push(Run::new("npm install"))
            .push(Copy::new(". ."))
            .push(Run::new("npm run build"))
            .push(From::new("node:18-alpine"))
            .push(Workdir::new("/app"))
            .push(Copy::new("--from=builder /app/dist ./dist"))
            .push(Copy::new("--from=builder /app/node_modules ./node_modules"))
            .push(Cmd::new(r#"["node", "dist/index.js"]"#))
            .finish()
    }
    pub(crate) fn synth(inp: &Input) -> Dockerfile {
        let mut b = Dockerfile::base(format!("debian:bookworm-slim AS {}", inp.names[0]));
        for (i, n) in inp.names.iter().enumerate() {
            if i > 0 {
                b = b.push(From::new(format!("debian:bookworm-slim AS {n}")));
            }
            b = b
                .push(Arg::new("VERSION=1.0"))
                .push(Env::new("APP_HOME=\"/srv/app\""))
                .push(Workdir::new("/srv/app"))
                .push(Copy::new("src ./src"));
            b = if i == 0 {
                b.push(Copy::new("Makefile ./Makefile"))
            } else {
                b.push(Copy::new(format!(
                    "--from={} /srv/app/out ./in",
                    inp.names[i - 1]
                )))
            };
            for r in &inp.runs {
                b = b.push(Run::new(r.clone()));
            }
            b = b
                .push(Label::new("org.opencontainers.image.title=\"app\""))
                .push(Expose::new("8080"))
                .push(Volume::new("[\"/data\"]"))
                .push(User::new("app"))
                .push(Cmd::new("[\"make\", \"run\"]"));
        }
        b.finish()
    }
}

pub(crate) mod p_dockerfile_rs {
    use crate::common::Input;
    use dockerfile_rs::*;
    // No second FROM in one DockerFile and no shell-form RUN: two files, exec form through sh -c.
    pub(crate) fn node() -> Vec<DockerFile> {
        let sh = |c: &str| vec!["/bin/sh".to_string(), "-c".to_string(), c.to_string()];
        vec![
            DockerFile::from(From {
                image: "node".into(),
                tag_or_digest: Some(Tag("18".into())),
                name: Some("builder".into()),
            })
            .work_dir("/app")
            .copy(Copy::from(("package.json", "./"))) // Copy has one src only
            .copy(Copy::from(("package-lock.json", "./")))
            .run(sh("npm install"))
            .copy(Copy::from((".", ".")))
            .run(sh("npm run build")),
            DockerFile::from(From {
                image: "node".into(),
                tag_or_digest: Some(Tag("18-alpine".into())),
                name: None,
            })
            .work_dir("/app")
            .copy(Copy {
                from: Some("builder".into()),
                ..Copy::from(("/app/dist", "./dist"))
            })
            .copy(Copy {
                from: Some("builder".into()),
                ..Copy::from(("/app/node_modules", "./node_modules"))
            })
            .cmd(vec!["node", "dist/index.js"]),
        ]
    }
    pub(crate) fn render(v: &[DockerFile]) -> String {
        v.iter().map(|d| d.to_string()).collect()
    }
    pub(crate) fn synth(inp: &Input) -> Vec<DockerFile> {
        let sh = |c: &str| vec!["/bin/sh".to_string(), "-c".to_string(), c.to_string()];
        let mut v = Vec::new();
        for (i, n) in inp.names.iter().enumerate() {
            let mut d = DockerFile::from(From {
                image: "debian".into(),
                tag_or_digest: Some(Tag("bookworm-slim".into())),
                name: Some(n.clone()),
            })
            .arg(("VERSION", "1.0"))
            .env(("APP_HOME", "/srv/app"))
            .work_dir("/srv/app")
            .copy(Copy::from(("src", "./src")));
            d = if i == 0 {
                d.copy(Copy::from(("Makefile", "./Makefile")))
            } else {
                d.copy(Copy {
                    from: Some(inp.names[i - 1].clone()),
                    ..Copy::from(("/srv/app/out", "./in"))
                })
            };
            for r in &inp.runs {
                d = d.run(sh(r));
            }
            v.push(
                d.label(("org.opencontainers.image.title", "app"))
                    .expose(8080)
                    .volume(vec!["/data"])
                    .user(User {
                        user: "app".into(),
                        group: None,
                    })
                    .cmd(vec!["make", "run"]),
            );
        }
        v
    }
}

pub(crate) mod p_docker_generate {
    use crate::common::Input;
    use docker_generate::DockerFile;
    pub(crate) fn node() -> DockerFile<'static> {
        let build = DockerFile::new()
            .from_alias("builder", "node:18")
            .workdir("/app")
            .copy("package.json package-lock.json", "./") // takes one src only
            .run("npm install")
            .copy(".", ".")
            .run("npm run build");
        let run = DockerFile::new()
            .from("node:18-alpine")
            .workdir("/app")
            .copy_from("builder", "/app/dist", "./dist")
            .copy_from("builder", "/app/node_modules", "./node_modules")
            .cmd(&["node", "dist/index.js"]);
        DockerFile::new().dockerfile(build).dockerfile(run)
    }
    pub(crate) fn synth(inp: &Input) -> DockerFile<'_> {
        let mut b = DockerFile::new();
        for (i, n) in inp.names.iter().enumerate() {
            b = b
                .from_alias(n, "debian:bookworm-slim")
                .add("ARG", "VERSION=1.0".into())
                .env(&[("APP_HOME", "/srv/app")])
                .workdir("/srv/app")
                .copy("src", "./src");
            b = if i == 0 {
                b.copy("Makefile", "./Makefile")
            } else {
                b.copy_from(&inp.names[i - 1], "/srv/app/out", "./in")
            };
            for r in &inp.runs {
                b = b.run(r);
            }
            b = b
                .label(&[("org.opencontainers.image.title", "app")])
                .expose(8080)
                .volume(&["/data"])
                .add("USER", "app".into())
                .cmd(&["make", "run"]);
        }
        b
    }
}

pub(crate) mod p_dockerfile_builder {
    use crate::common::Input;
    use dockerfile_builder::{Dockerfile, instruction_builder::*};
    pub(crate) fn node() -> Result<Dockerfile, Box<dyn std::error::Error>> {
        let mut df = Dockerfile::new();
        df.push(
            FromBuilder::builder()
                .image("node")
                .tag("18")
                .name("builder")
                .build()?,
        )
        .push(WorkdirBuilder::builder().path("/app").build()?)
        .push(
            CopyBuilder::builder()
                .src("package.json")
                .src("package-lock.json")
                .dest("./")
                .build()?,
        )
        .push(RunBuilder::builder().command("npm install").build()?)
        .push(CopyBuilder::builder().src(".").dest(".").build()?)
        .push(RunBuilder::builder().command("npm run build").build()?)
        .push(
            FromBuilder::builder()
                .image("node")
                .tag("18-alpine")
                .build()?,
        )
        .push(WorkdirBuilder::builder().path("/app").build()?)
        .push(
            CopyBuilder::builder()
                .from("builder")
                .src("/app/dist")
                .dest("./dist")
                .build()?,
        )
        .push(
            CopyBuilder::builder()
                .from("builder")
                .src("/app/node_modules")
                .dest("./node_modules")
                .build()?,
        )
        .push(
            CmdExecBuilder::builder()
                .executable("node")
                .param("dist/index.js")
                .build()?,
        );
        Ok(df)
    }
    pub(crate) fn synth(inp: &Input) -> Result<Dockerfile, Box<dyn std::error::Error>> {
        let mut df = Dockerfile::new();
        for (i, n) in inp.names.iter().enumerate() {
            df.push(
                FromBuilder::builder()
                    .image("debian")
                    .tag("bookworm-slim")
                    .name(n.as_str())
                    .build()?,
            )
            .push(ArgBuilder::builder().name("VERSION").value("1.0").build()?)
            .push(
                EnvBuilder::builder()
                    .key("APP_HOME")
                    .value("/srv/app")
                    .build()?,
            )
            .push(WorkdirBuilder::builder().path("/srv/app").build()?)
            .push(CopyBuilder::builder().src("src").dest("./src").build()?);
            if i == 0 {
                df.push(
                    CopyBuilder::builder()
                        .src("Makefile")
                        .dest("./Makefile")
                        .build()?,
                );
            } else {
                df.push(
                    CopyBuilder::builder()
                        .from(inp.names[i - 1].as_str())
                        .src("/srv/app/out")
                        .dest("./in")
                        .build()?,
                );
            }
            for r in &inp.runs {
                df.push(RunBuilder::builder().command(r.as_str()).build()?);
            }
            df.push(
                LabelBuilder::builder()
                    .key("org.opencontainers.image.title")
                    .value("app")
                    .build()?,
            )
            .push(ExposeBuilder::builder().port(8080).build()?)
            .push(VolumeBuilder::builder().path("/data").build()?)
            .push(UserBuilder::builder().user("app").build()?)
            .push(
                CmdExecBuilder::builder()
                    .executable("make")
                    .param("run")
                    .build()?,
            );
        }
        Ok(df)
    }
}

pub(crate) mod p_dockerfile_parser_rs {
    use crate::common::Input;
    use dockerfile_parser_rs::{Dockerfile, Instruction as I};
    use std::collections::BTreeMap;
    fn s(x: &str) -> String {
        x.to_string()
    }
    fn from(image: &str, alias: Option<&str>) -> I {
        I::From {
            platform: None,
            image: s(image),
            alias: alias.map(s),
        }
    }
    fn run(c: &str) -> I {
        I::Run {
            mount: None,
            network: None,
            security: None,
            command: vec![s(c)],
            heredoc: None,
        }
    }
    fn copy(from: Option<&str>, src: &[&str], dst: &str) -> I {
        I::Copy {
            from: from.map(s),
            chown: None,
            chmod: None,
            link: None,
            sources: src.iter().map(|x| s(x)).collect(),
            destination: s(dst),
        }
    }
    pub(crate) fn node() -> Dockerfile {
        Dockerfile::new(vec![
            from("node:18", Some("builder")),
            I::Workdir { path: s("/app") },
            copy(None, &["package.json", "package-lock.json"], "./"),
            run("npm install"),
            copy(None, &["."], "."),
            run("npm run build"),
            I::Empty {},
            from("node:18-alpine", None),
            I::Workdir { path: s("/app") },
            copy(Some("builder"), &["/app/dist"], "./dist"),
            copy(Some("builder"), &["/app/node_modules"], "./node_modules"),
            I::Cmd(vec![s("node"), s("dist/index.js")]),
        ])
    }
    /// The crate has no Display for Dockerfile: only dump(PathBuf). This is what dump() does.
    pub(crate) fn render(d: &Dockerfile) -> String {
        use std::fmt::Write;
        let mut o = String::new();
        for i in &d.instructions {
            writeln!(o, "{i}").unwrap();
        }
        o
    }
    pub(crate) fn synth(inp: &Input) -> Dockerfile {
        let mut v = Vec::new();
        for (i, n) in inp.names.iter().enumerate() {
            v.push(from("debian:bookworm-slim", Some(n)));
            v.push(I::Arg(BTreeMap::from([(s("VERSION"), Some(s("1.0")))])));
            v.push(I::Env(BTreeMap::from([(s("APP_HOME"), s("/srv/app"))])));
            v.push(I::Workdir {
                path: s("/srv/app"),
            });
            v.push(copy(None, &["src"], "./src"));
            if i == 0 {
                v.push(copy(None, &["Makefile"], "./Makefile"));
            } else {
                v.push(copy(Some(&inp.names[i - 1]), &["/srv/app/out"], "./in"));
            }
            for r in &inp.runs {
                v.push(run(r));
            }
            v.push(I::Label(BTreeMap::from([(
                s("org.opencontainers.image.title"),
                s("app"),
            )])));
            v.push(I::Expose {
                ports: vec![s("8080")],
            });
            v.push(I::Volume {
                mounts: vec![s("/data")],
            });
            v.push(I::User {
                user: s("app"),
                group: None,
            });
            v.push(I::Cmd(vec![s("make"), s("run")]));
        }
        Dockerfile::new(v)
    }
}

pub(crate) mod p_use_dockerfile {
    use crate::common::Input;
    use use_dockerfile::{DockerfileInstruction as I, DockerfileInstructionError as E};
    pub(crate) fn node() -> Result<Vec<I>, E> {
        Ok(vec![
            I::from("node:18 AS builder")?,
            I::workdir("/app")?,
            I::copy("package.json package-lock.json ./")?,
            I::run("npm install"),
            I::copy(". .")?,
            I::run("npm run build"),
            I::from("node:18-alpine")?,
            I::workdir("/app")?,
            I::copy("--from=builder /app/dist ./dist")?,
            I::copy("--from=builder /app/node_modules ./node_modules")?,
            I::cmd(r#"["node", "dist/index.js"]"#)?,
        ])
    }
    pub(crate) fn render(v: &[I]) -> String {
        use std::fmt::Write;
        let mut o = String::new();
        for i in v {
            writeln!(o, "{i}").unwrap();
        }
        o
    }
    pub(crate) fn synth(inp: &Input) -> Result<Vec<I>, E> {
        let mut v = Vec::new();
        for (i, n) in inp.names.iter().enumerate() {
            v.push(I::from(format!("debian:bookworm-slim AS {n}"))?);
            v.push(I::arg("VERSION=1.0")?);
            v.push(I::env("APP_HOME=\"/srv/app\"")?);
            v.push(I::workdir("/srv/app")?);
            v.push(I::copy("src ./src")?);
            if i == 0 {
                v.push(I::copy("Makefile ./Makefile")?);
            } else {
                v.push(I::copy(format!(
                    "--from={} /srv/app/out ./in",
                    inp.names[i - 1]
                ))?);
            }
            for r in &inp.runs {
                v.push(I::run(r));
            }
            v.push(I::label("org.opencontainers.image.title=\"app\"")?);
            v.push(I::expose("8080")?);
            v.push(I::volume("[\"/data\"]")?);
            v.push(I::user("app")?);
            v.push(I::cmd("[\"make\", \"run\"]")?);
        }
        Ok(v)
    }
}
