package ostler.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import ostler.lab.stack.DeviceMemory;

/** What the demo saw, kept as files for an eye that does not trust the demo. */
final class Evidence {

  private static final int CHUNK_BYTES = 1 << 16;

  private final Optional<Path> folder;
  private final List<String> names = new ArrayList<>();

  /** Keeps nothing without a folder. */
  Evidence(Optional<Path> folder) throws IOException {
    this.folder = folder;
    if (folder.isPresent()) {
      Files.createDirectories(folder.get());
    }
  }

  /** A card's memory as it is now. */
  void keep(String name, DeviceMemory memory) throws IOException {
    if (folder.isPresent()) {
      memory.copyTo(folder.get().resolve(name));
      names.add(name);
    }
  }

  /** A text, byte for byte. */
  void keep(String name, String text) throws IOException {
    keep(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes. */
  void keep(String name, byte[] bytes) throws IOException {
    if (folder.isPresent()) {
      Files.write(folder.get().resolve(name), bytes);
      names.add(name);
    }
  }

  /** Writes the digests of everything kept, as {@code sha256sum -c} reads them. */
  void seal() throws IOException {
    if (folder.isPresent()) {
      StringBuilder sums = new StringBuilder();
      for (String name : names) {
        sums.append(sha256(folder.get().resolve(name))).append("  ").append(name).append('\n');
      }
      Files.writeString(folder.get().resolve("SHA256SUMS"), sums);
    }
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        digest.update(chunk, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new UncheckedIOException(new IOException("every JDK has SHA-256", e));
    }
  }
}
