//! Configurations of images, as Docker's tools print them.

use std::path::PathBuf;

use multistage::resolve::{ImageConfig, ImageConfigs};
use serde_json::{Value, json};

/// An image of `docker inspect`.
fn inspected() -> Value {
    json!({
        "Id": "sha256:4e38e38c8ce0",
        "RepoTags": ["shop:latest"],
        "Created": "2025-02-14T03:28:36Z",
        "Author": "Ada",
        "Config": {
            "Hostname": "",
            "Domainname": "",
            "User": "app:app",
            "AttachStdin": false,
            "ExposedPorts": {"53/udp": {}, "80/tcp": {}},
            "Tty": false,
            "Env": ["PATH=/usr/bin:/bin", "A=b=c", "EMPTY=", "BARE", "PATH=/bin"],
            "Cmd": ["serve"],
            "Healthcheck": {
                "Test": ["CMD-SHELL", "true"],
                "Interval": 300_000_000_000_u64,
                "Timeout": 1,
                "StartPeriod": 2,
                "StartInterval": 3,
                "Retries": 4
            },
            "ArgsEscaped": true,
            "Image": "",
            "Volumes": {"/data": {}},
            "WorkingDir": "/srv",
            "Entrypoint": ["/bin/sh", "-c"],
            "OnBuild": ["RUN true"],
            "Labels": {"z": "1", "a": "2", "none": null},
            "StopSignal": "SIGINT",
            "Shell": ["/bin/bash", "-c"]
        },
        "Architecture": "arm64",
        "Variant": "v8",
        "Os": "linux",
        "Size": 8_460_000,
        "RootFS": {"Type": "layers", "Layers": ["sha256:08000c18d16d"]}
    })
}

#[track_caller]
fn read(value: Value) -> ImageConfig {
    serde_json::from_value(value).expect("a configuration")
}

#[track_caller]
fn refused(value: Value) -> String {
    serde_json::from_str::<ImageConfig>(&value.to_string())
        .expect_err("it is none")
        .to_string()
}

#[test]
fn every_key_is_read() {
    let config = read(inspected());
    let env: Vec<(&str, &str)> = config
        .env
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    assert_eq!(
        env,
        [("PATH", "/bin"), ("A", "b=c"), ("EMPTY", ""), ("BARE", "")]
    );
    let labels: Vec<(&str, &str)> = config
        .labels
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    assert_eq!(labels, [("a", "2"), ("none", ""), ("z", "1")]);
    assert_eq!(config.user, "app:app");
    assert_eq!(config.working_dir, "/srv");
    assert!(config.exposed_ports.iter().eq(["53/udp", "80/tcp"]));
    assert!(config.volumes.iter().eq(["/data"]));
    assert_eq!(config.cmd, Some(vec!["serve".to_owned()]));
    assert_eq!(
        config.entrypoint,
        Some(vec!["/bin/sh".to_owned(), "-c".to_owned()])
    );
    assert_eq!(
        config.shell,
        Some(vec!["/bin/bash".to_owned(), "-c".to_owned()])
    );
    let health = config.healthcheck.expect("there is one");
    assert_eq!(health.test, ["CMD-SHELL", "true"]);
    assert_eq!(
        (health.interval, health.timeout, health.retries),
        (300_000_000_000, 1, 4)
    );
    assert_eq!((health.start_period, health.start_interval), (2, 3));
    assert_eq!(config.stop_signal, "SIGINT");
    assert_eq!(config.on_build, ["RUN true"]);
    assert!(config.args_escaped);
    assert_eq!(config.author, "Ada");
    let platform = config.platform.expect("it is known");
    assert_eq!(platform.to_string(), "linux/arm64/v8");
}

#[test]
fn every_form_is_read() {
    let inner = inspected()["Config"].clone();
    let image = json!({
        "created": "2025-02-14T03:28:36Z", "author": "Ada",
        "architecture": "arm64", "variant": "v8", "os": "linux",
        "config": inner, "rootfs": {"type": "layers", "diff_ids": []}, "history": []
    });
    let config = read(inspected());
    assert_eq!(read(json!([inspected()])), config);
    assert_eq!(read(image.clone()), config);
    assert_eq!(read(json!({"linux/arm64": image}).clone()).env, config.env);

    let mut bare = read(inner);
    assert_eq!((bare.author.as_str(), &bare.platform), ("", &None));
    bare.author = config.author.clone();
    bare.platform = config.platform.clone();
    assert_eq!(bare, config);
}

#[test]
fn what_is_written_is_read() {
    let config = read(inspected());
    let written = serde_json::to_value(&config).expect("it can be written");
    assert_eq!(read(written), config);
    let empty = serde_json::to_value(ImageConfig::default()).expect("it can be written");
    assert_eq!(empty, json!({"config": {}}));
    assert_eq!(read(empty), ImageConfig::default());

    let several = ImageConfigs::from_iter([config, ImageConfig::default()]);
    let written = serde_json::to_value(&several).expect("it can be written");
    assert_eq!(
        serde_json::from_value::<ImageConfigs>(written).expect("it is what was written"),
        several
    );
}

#[test]
fn null_is_what_is_not_there() {
    let mut value = inspected();
    for key in ["Author", "Os", "Architecture", "Variant"] {
        value[key] = Value::Null;
    }
    let keys: Vec<String> = value["Config"]
        .as_object()
        .expect("an object")
        .keys()
        .cloned()
        .collect();
    for key in keys {
        value["Config"][key] = Value::Null;
    }
    assert_eq!(read(value), ImageConfig::default());
    assert_eq!(read(json!({"Config": null})), ImageConfig::default());
    assert_eq!(read(json!({})), ImageConfig::default());
    let config = json!({"Cmd": [], "Entrypoint": [], "Volumes": {"/a": null}, "Healthcheck": {"Test": null}});
    let config = read(json!({ "config": config }));
    assert_eq!((&config.cmd, &config.entrypoint), (&None, &None));
    assert!(config.volumes.iter().eq(["/a"]));
    assert!(config.healthcheck.is_some());
}

#[test]
fn case_of_keys_does_not_matter() {
    assert_eq!(
        read(json!({"CONFIG": {"env": ["A=1"], "workingDir": "/a"}})),
        read(json!({"config": {"Env": ["A=1"], "WorkingDir": "/a"}})),
    );
}

#[test]
fn another_type_is_an_error_that_names_the_key() {
    for (key, value) in [
        ("Env", json!({"A": "1"})),
        ("Env", json!([null])),
        ("Labels", json!(["a"])),
        ("Labels", json!({"a": 1})),
        ("User", json!(1000)),
        ("WorkingDir", json!([])),
        ("ExposedPorts", json!(["80/tcp"])),
        ("ExposedPorts", json!({"80/tcp": 1})),
        ("Volumes", json!("/a")),
        ("Cmd", json!("echo")),
        ("Entrypoint", json!({"a": {}})),
        ("Shell", json!([1])),
        ("Healthcheck", json!([])),
        ("StopSignal", json!(9)),
        ("OnBuild", json!(true)),
        ("ArgsEscaped", json!("true")),
    ] {
        let error = refused(json!([{"Config": {key: value}}]));
        assert!(error.starts_with(&format!("`Config.{key}`: ")), "{error}");
        let error = refused(json!({"linux/amd64": {"config": {key: value}}}));
        assert!(
            error.starts_with(&format!("`linux/amd64.config.{key}`: ")),
            "{error}"
        );
    }
    let health = json!({"config": {"Healthcheck": {"Interval": -1}}});
    assert_eq!(
        refused(health),
        "`config.Healthcheck.Interval`: invalid value: integer `-1`, expected u64 at line 1 column 39"
    );
    for (key, value) in [
        ("Config", json!([])),
        ("Os", json!(1)),
        ("Author", json!([])),
    ] {
        let error = refused(json!({"Config": {}, key: value}));
        assert!(error.starts_with(&format!("`{key}`: ")), "{error}");
    }
}

#[test]
fn what_is_no_configuration_is_refused() {
    assert_eq!(
        refused(json!({"Name": "alpine"})),
        "not an image configuration: it has neither `config` nor a key of one, such as `Env` at line 1 column 17"
    );
    assert!(refused(json!("alpine")).starts_with("invalid type: string \"alpine\", expected an"));
    assert!(refused(json!(["alpine"])).starts_with("invalid type: string \"alpine\", expected an"));
    assert_eq!(refused(json!([])), "no image is in the list: expected one");
    let nested = json!({"a/b": {"a/b": {"config": {}}}});
    assert!(refused(nested).starts_with("`a/b`: not an image configuration"));
}

#[test]
fn one_of_several_is_chosen_by_platform() {
    let image = |cmd: &str| json!({"os": "linux", "architecture": "arm", "config": {"Cmd": [cmd]}});
    let value = json!({
        "linux/amd64": {"architecture": "amd64", "os": "linux", "config": {"Cmd": ["amd64"]}},
        "linux/arm/v5": image("v5"),
        "linux/arm/v7": image("v7"),
        "linux/arm64": {"architecture": "arm64", "os": "linux", "variant": "v8", "config": {"Cmd": ["arm64"]}}
    });
    assert_eq!(
        refused(value.clone()),
        "4 images are in it, expected one: read `ImageConfigs` and choose one by `for_platform`"
    );
    let configs: ImageConfigs = serde_json::from_value(value).expect("all are images");
    assert_eq!(configs.iter().count(), 4);
    for (platform, cmd) in [
        ("linux/amd64", Some("amd64")),
        ("Linux/x86_64", Some("amd64")),
        ("linux/amd64/v1", Some("amd64")),
        ("linux/amd64/v2", None),
        ("linux/arm", Some("v7")),
        ("linux/armhf", Some("v7")),
        ("linux/arm/7", Some("v7")),
        ("linux/arm/v5", Some("v5")),
        ("linux/arm/v6", None),
        ("linux/armel", None),
        ("linux/aarch64", Some("arm64")),
        ("linux/arm64/v8", Some("arm64")),
        ("windows/amd64", None),
        ("linux", None),
        ("amd64", None),
        ("", None),
        ("linux/arm/v5/more", None),
    ] {
        let found = configs.for_platform(platform);
        let found = found
            .and_then(|config| config.cmd.as_ref())
            .map(|cmd| cmd.concat());
        assert_eq!(found.as_deref(), cmd, "{platform}");
    }
}

/// The configurations that BuildKit gives to real images, where there are some.
#[test]
fn real_configurations_come_back() {
    let Some(folder) = std::env::var_os("MULTISTAGE_CORPUS").map(PathBuf::from) else {
        println!("skipped: MULTISTAGE_CORPUS names no corpus");
        return;
    };
    let answers = folder.with_file_name("corpus-expected-image.jsonl");
    let answers = std::fs::read_to_string(answers).expect("the answers");
    let mut count = 0;
    for line in answers.lines() {
        let answer: Value = serde_json::from_str(line).expect("an answer");
        for target in answer["targets"].as_array().into_iter().flatten() {
            if target["ok"] != true {
                continue;
            }
            let config = read(json!({"config": target["config"]}));
            let written = serde_json::to_value(config).expect("it can be written");
            assert_eq!(written["config"], target["config"], "{}", answer["file"]);
            count += 1;
        }
    }
    assert!(count > 1000, "{count}");
}
