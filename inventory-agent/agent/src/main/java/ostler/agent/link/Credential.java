package ostler.agent.link;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import ostler.agent.journal.SecretFile;
import ostler.inventory.HostName;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;

/** What an agent got for its join token, and where. */
public record Credential(URI allocator, HostName host, String secret) {

  private static final String FILE = "credential";

  /** Reads it; empty where the host has not joined. */
  public static Optional<Credential> load(Path stateDirectory) throws IOException {
    SecretFile file = new SecretFile(stateDirectory, FILE);
    Optional<String> saved = file.read();
    try {
      return saved.isEmpty()
          ? Optional.empty()
          : Optional.of(
              Json.read(
                  saved.get(),
                  JsonLimits.MESSAGE,
                  in ->
                      new Credential(
                          URI.create(in.text("allocator")),
                          in.value("host", HostName::tryParse, "a host name"),
                          in.text("credential"))));
    } catch (WireException e) {
      throw new IOException(file + " holds no credential: " + e.getMessage(), e);
    }
  }

  /** Writes it where only the agent's user can read it. */
  public void save(Path stateDirectory) throws IOException {
    new SecretFile(stateDirectory, FILE)
        .write(
            Json.write(
                out ->
                    out.text("allocator", allocator)
                        .text("host", host)
                        .text("credential", secret)));
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "Credential[" + host + " at " + allocator + "]";
  }
}
