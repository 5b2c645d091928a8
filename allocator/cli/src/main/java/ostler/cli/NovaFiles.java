package ostler.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ostler.flavor.nova.ConfigText;
import ostler.flavor.nova.NovaConfig;
import ostler.flavor.nova.NovaFlavor;
import ostler.flavor.nova.NovaRefusal;

/** Nova's configuration and flavors in files; a file that is not right is refused as a whole. */
final class NovaFiles {

  static final Argument.Option<Path> CONFIG =
      Argument.Option.of(
              "--nova-conf", "FILE", Path::of, "nova.conf, or a part of it; in Nova's own order")
          .repeated();
  static final Argument.Option<Path> FLAVORS =
      Argument.Option.of(
          "--flavors", "FILE", Path::of, "what openstack flavor list --all --long -f json printed");

  private static final int MAX_BYTES = 32 << 20;

  private NovaFiles() {}

  /** What the command line's files say; an empty configuration where it names none. */
  static NovaConfig config(Arguments said) throws Failure {
    List<ConfigText> texts = new ArrayList<>();
    for (Path file : said.all(CONFIG)) {
      texts.add(read(file));
    }
    try {
      return NovaConfig.parse(texts);
    } catch (NovaRefusal e) {
      throw Failure.usage("BAD_NOVA_CONFIG", e.getMessage());
    }
  }

  /** The flavors of the command line's file; none where it names no file. */
  static List<NovaFlavor> flavors(Arguments said) throws Failure {
    Optional<Path> file = said.get(FLAVORS);
    try {
      return file.isEmpty() ? List.of() : NovaFlavor.parse(read(file.get()));
    } catch (NovaRefusal e) {
      throw Failure.usage("BAD_FLAVORS", e.getMessage());
    }
  }

  private static ConfigText read(Path file) throws Failure {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw unreadable(file, "it is longer than " + MAX_BYTES + " bytes");
      }
      return new ConfigText(
          file.toString(),
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (NoSuchFileException e) {
      throw unreadable(file, "there is no such file");
    } catch (AccessDeniedException e) {
      throw unreadable(file, "you may not read it");
    } catch (CharacterCodingException e) {
      throw unreadable(file, "it is not UTF-8");
    } catch (IOException e) {
      throw unreadable(file, e.getMessage());
    }
  }

  private static Failure unreadable(Path file, String why) {
    return Failure.usage("UNREADABLE_FILE", "the file " + file + " cannot be read: " + why);
  }
}
