package ostler.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The hook's shell script, run by /bin/sh as libvirt would, with a program that says what it was
 * asked.
 */
class HookScriptTest {

  private static final long DEADLINE_SECONDS = 60;
  private static final String MANAGED_GPU =
      "<hostdev><source><address domain='0x0000' bus='0x65' slot='0x00' function='0x0'/></source></hostdev>";

  @TempDir Path folder;
  private Path script;
  private Path program;

  @BeforeEach
  void theScriptInAFolderOfItsOwn() throws IOException {
    String text = Files.readString(Path.of("src/main/dist/hooks/qemu"));
    program = folder.resolve("program");
    script = folder.resolve("qemu");
    Files.writeString(
        script,
        text.replace("/var/lib/ostler/vfio-managed", folder.resolve("managed").toString())
            .replace("/var/lib/ostler/vfio/units", folder.resolve("units").toString())
            .replace("/var/lib/ostler/mdev", folder.resolve("mdev").toString())
            .replace("/usr/lib/ostler/bin/ostler-vfio", program.toString()));
    manage("0000:65:00.0\n0001:d6:1f.7\n");
    says("echo \"asked: $*\" >&2; exit 1");
  }

  private record Ended(int code, String words) {}

  private void manage(String addresses) throws IOException {
    Files.writeString(folder.resolve("managed"), addresses);
  }

  private void says(String commands) throws IOException {
    Files.writeString(program, "#!/bin/sh\ncat >" + folder.resolve("xml") + "\n" + commands + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Ended run(String xml, String... arguments) throws IOException, InterruptedException {
    Path input = Files.writeString(folder.resolve("input"), xml);
    Path errors = folder.resolve("errors");
    List<String> words = new java.util.ArrayList<>(List.of("/bin/sh", script.toString()));
    words.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(words)
            .redirectInput(input.toFile())
            .redirectError(errors.toFile())
            .start();
    assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS));
    return new Ended(process.exitValue(), Files.readString(errors));
  }

  private Ended prepare(String devices) throws IOException, InterruptedException {
    return run(
        "<domain type='kvm' id='1'>\n<name>vm1</name>\n<devices>\n"
            + devices
            + "</devices></domain>",
        "vm1",
        "prepare",
        "begin",
        "-");
  }

  private void isAsked(String devices) throws IOException, InterruptedException {
    Ended ended = prepare(devices);
    assertEquals(1, ended.code(), ended.words());
    assertTrue(ended.words().contains("asked: hook vm1 prepare begin -"), ended.words());
  }

  private void isLetGo(Ended ended) {
    assertEquals(0, ended.code(), ended.words());
    assertEquals("", ended.words());
    assertFalse(Files.exists(folder.resolve("xml")), "the program was not asked");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        MANAGED_GPU,
        "<interface type='hostdev'><source><address type='pci' domain='0x0001' bus='0xd6' slot='0x1f' function='0x7'/></source></interface>",
        "<disk type='nvme'><source type='pci' namespace='1'><address bus=\"101\" slot=\"0\"/></source></disk>",
        "<hostdev>\n  <source>\n    <address\n domain='0'\n bus='0x65'\n slot='0x0'\n function='0'/>\n  </source></hostdev>",
        "<hostdev><source writeFiltering='no'><address bus='0X65' slot='0x00' domain='0x0'/></source></hostdev>",
        "<disk type='file'><source file='/x'/></disk><hostdev><source><address bus='0x65' slot='0'/></source></hostdev>"
      })
  void aManagedDeviceIsAskedAbout(String devices) throws IOException, InterruptedException {
    isAsked(devices);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<disk type='file'><source file='/x'/><address type='pci' bus='0x65' slot='0x00'/></disk>",
        "<hostdev><source><address domain='0x0000' bus='0x66' slot='0x00' function='0x0'/></source></hostdev>",
        "<hostdev><source><address domain='0x0000' bus='0x65' slot='0x00' function='0x1'/></source></hostdev>",
        "<hostdev><source><address uuid='4b20d080-1b54-4048-85b3-a6a62d165c01'/></source></hostdev>"
      })
  void aDomainWithoutManagedDeviceIsNeitherDelayedNorRefused(String devices)
      throws IOException, InterruptedException {
    isLetGo(prepare(devices));
  }

  @Test
  void aSliceOnTheListIsAskedAboutAndSoIsItsParent() throws IOException, InterruptedException {
    String slice = "4b20d080-1b54-4048-85b3-a6a62d165c01";
    String wanted =
        "<hostdev type='mdev'><source><address uuid='%s'/></source></hostdev>"
            .formatted(slice.toUpperCase(java.util.Locale.ROOT));
    isLetGo(prepare(wanted));
    String list =
        "{\"v\":1,\"slices\":[{\"slice\":\"%s\",\"parent\":\"0000:65:00.0\"}]}".formatted(slice);
    Files.createDirectories(folder.resolve("mdev/parents"));
    Files.writeString(folder.resolve("mdev/slices.json"), list);
    isAsked(wanted);
    manage("");
    isAsked(MANAGED_GPU);
    Files.delete(folder.resolve("mdev/slices.json"));
    Files.writeString(folder.resolve("mdev/parents/0000:65:00.0.json"), list);
    isAsked(wanted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"start begin", "started begin", "stopped end", "release end", "migrate begin"})
  void otherOperationsAreLetGoAtOnce(String operation) throws IOException, InterruptedException {
    String[] words = operation.split(" ");
    isLetGo(run(MANAGED_GPU, "vm1", words[0], words[1], "-"));
  }

  @Test
  void aYesOfTheProgramIsAYes() throws IOException, InterruptedException {
    says("exit 0");
    Ended ended = prepare(MANAGED_GPU);
    assertEquals(0, ended.code(), ended.words());
    assertTrue(Files.readString(folder.resolve("xml")).contains("bus='0x65'"));
  }

  @Test
  void withoutTheProgramAManagedDeviceIsVetoedAndOthersStart()
      throws IOException, InterruptedException {
    Files.delete(program);
    Ended ended = prepare(MANAGED_GPU);
    assertEquals(1, ended.code());
    assertTrue(ended.words().contains("0000:65:00.0 is not ready for domain vm1"), ended.words());
    isLetGo(prepare(""));
  }

  @Test
  void aProgramThatCrashesIsAVeto() throws IOException, InterruptedException {
    says("kill -SEGV $$");
    assertEquals(1, prepare(MANAGED_GPU).code());
  }

  @Test
  void withoutTheListTheUnitsThemselvesAreAsked() throws IOException, InterruptedException {
    Files.delete(folder.resolve("managed"));
    isLetGo(prepare(MANAGED_GPU));
    Files.createDirectories(folder.resolve("units"));
    Files.write(
        folder.resolve("units/0000:65:00.0.json"),
        "{\"members\":[{\"address\":\"0000:65:00.0\"}]}".getBytes(StandardCharsets.UTF_8));
    isAsked(MANAGED_GPU);
  }

  @Test
  void aHostWithoutOstlersStateStartsEverything() throws IOException, InterruptedException {
    Files.delete(folder.resolve("managed"));
    Files.delete(program);
    isLetGo(prepare(MANAGED_GPU));
  }
}
