//! Java with Gradle: the layers of a Spring Boot jar become layers of the image.

use multistage::instruction::{Copy, Mount, Run, Sharing};
use multistage::{Dockerfile, Stage};

pub fn dockerfile() -> Dockerfile {
    let mut file = Dockerfile::new();
    file.set_syntax("docker/dockerfile:1");
    let jdk = "eclipse-temurin:21-jdk-jammy";
    let gradle = Mount::cache("/root/.gradle")
        .id("gradle")
        .sharing(Sharing::Locked);

    let build = file.stage(
        "build",
        Stage::new(jdk)
            .workdir("/workspace")
            .copy(["gradlew", "settings.gradle.kts", "build.gradle.kts"], "./")
            .copy("gradle", "./gradle")
            .with_mounts([gradle], |stage| {
                stage
                    .run("./gradlew --no-daemon dependencies")
                    .copy("src", "./src")
                    .run(Run::chain([
                        "./gradlew --no-daemon bootJar",
                        "cp build/libs/*.jar app.jar",
                    ]))
            }),
    );

    let layers = file.stage(
        "layers",
        Stage::new(jdk)
            .workdir("/layers")
            .copy_from(&build, "/workspace/app.jar", "app.jar")
            .run("java -Djarmode=tools -jar app.jar extract --layers --launcher --destination ."),
    );

    let mut runtime = Stage::new("eclipse-temurin:21-jre-jammy")
        .run("groupadd --system app && useradd --system --gid app app")
        .workdir("/app");
    // What changes least comes first.
    for layer in [
        "dependencies",
        "spring-boot-loader",
        "snapshot-dependencies",
        "application",
    ] {
        runtime.push(
            Copy::new(format!("/layers/{layer}/"), "./")
                .with_from(&layers)
                .chown("app:app"),
        );
    }
    let launcher = "org.springframework.boot.loader.launch.JarLauncher";
    file.stage(
        "runtime",
        runtime
            .user("app")
            .expose(8080)
            .stopsignal("SIGTERM")
            .entrypoint(["java", "-XX:MaxRAMPercentage=75", launcher]),
    );
    file
}
