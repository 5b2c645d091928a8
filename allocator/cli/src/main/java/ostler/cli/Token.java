package ostler.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What proves to the allocator who is asking. It comes from a file and never from the command line,
 * which every user of a machine can read.
 *
 * @param value of the characters that RFC 6750 gives a bearer token, so that it cannot carry
 *     another header with it
 */
record Token(String value) {

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/-]{1,4096}=*");

  Token {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("is not a token");
    }
  }

  static Token read(Path file) throws Failure {
    try {
      return new Token(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      throw Failure.of(ExitCode.DENIED, "NO_TOKEN", "there is no token file " + file)
          .andTry(
              "ostler up writes one at its first start; name it by --token-file or"
                  + " OSTLER_TOKEN_FILE");
    } catch (IOException e) {
      throw Failure.of(
              ExitCode.DENIED, "NO_TOKEN", "the token file " + file + " cannot be read: " + e)
          .andTry("run as the user who owns the file, or name another by --token-file");
    } catch (IllegalArgumentException e) {
      throw Failure.of(ExitCode.DENIED, "NO_TOKEN", "the file " + file + " holds no token")
          .andTry("name the file that ostler up wrote by --token-file or OSTLER_TOKEN_FILE");
    }
  }

  /** Never the token itself: this goes into messages. */
  @Override
  public String toString() {
    return "a token";
  }
}
