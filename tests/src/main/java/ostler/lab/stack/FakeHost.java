package ostler.lab.stack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import ostler.capture.HostTree;
import ostler.lab.LabException;
import ostler.lab.TiedProcess;
import ostler.wire.WireException;

/**
 * A captured host laid out in a folder, with the real agent looking at it. There is no kernel in
 * it: devices are reported, and nothing can be bound, reset or wiped.
 */
public final class FakeHost implements AutoCloseable {

  private final Path folder;
  private final TiedProcess agent;

  private FakeHost(Path folder, TiedProcess agent) {
    this.folder = folder;
    this.agent = agent;
  }

  /** Lays out the host of that name; returns the folder that looks like its root. */
  public static Path layOut(String name, Path folder) throws IOException, LabException {
    Path root = Files.createDirectories(folder.resolve("root"));
    try (InputStream in = HostTree.class.getResourceAsStream("/ostler/hosts/" + name + ".host")) {
      if (in == null) {
        throw new LabException("there is no captured host " + name);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      HostTree.parse(text).writeTo(root);
      return root;
    } catch (WireException e) {
      throw new LabException("the captured host " + name + " is garbled: " + e.getMessage(), e);
    }
  }

  /** Starts the agent of a host that was laid out in the folder. */
  public static FakeHost start(
      SourceTree tree, String name, Path folder, Allocator allocator, String joinToken)
      throws IOException, LabException {
    Path token = Files.writeString(folder.resolve("join-token"), joinToken);
    Path config =
        Files.writeString(
            folder.resolve("agent.json"),
            """
            {"host":"%s","allocator":"%s","join_token_file":"%s","root_program":["false"]}
            """
                .formatted(name, allocator.url(), token));
    Path state =
        Files.createDirectory(
            folder.resolve("state"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    List<String> words =
        tree.command("inventory-agent/agent", List.of("-Xmx64m"), "ostler.agent.Main");
    words.addAll(
        List.of(
            "--config", config.toString(),
            "--root", folder.resolve("root").toString(),
            "--state", state.toString()));
    Path log = folder.resolve("agent.log");
    return new FakeHost(
        folder, TiedProcess.start("the agent", words, Map.of(), folder.resolve("agent.pid"), log));
  }

  /** What its agent printed. */
  public String log() throws IOException {
    return Files.readString(folder.resolve("agent.log"));
  }

  @Override
  public void close() throws IOException, LabException {
    try {
      agent.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while the agent was ending", e);
    }
  }
}
