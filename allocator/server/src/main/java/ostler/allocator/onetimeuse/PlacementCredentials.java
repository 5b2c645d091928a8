package ostler.allocator.onetimeuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Who we are to Placement. */
public sealed interface PlacementCredentials {

  /** A token that is shown as it is, as to a Placement without Keystone. */
  record Token(String value) implements PlacementCredentials {
    @Override
    public String toString() {
      return "a token";
    }
  }

  /**
   * Keystone's v3 gives the token.
   *
   * @param url with its {@code /v3}
   * @param question what is sent to {@code /auth/tokens}; it has the secret
   */
  record Keystone(PlacementUrl url, String question) implements PlacementCredentials {
    @Override
    public String toString() {
      return "an account of " + url.uri();
    }
  }

  /**
   * Reads a file with a JSON object: {@code token}; or {@code auth_url} with {@code
   * application_credential_id} and {@code application_credential_secret}, or with {@code username},
   * {@code password} and {@code project_name}, and where they are not {@code Default} also {@code
   * user_domain_name} and {@code project_domain_name}.
   *
   * @throws IOException if it cannot be read, others may read it, or something is missing; the
   *     message says which, and no secret
   */
  static PlacementCredentials read(Path file) throws IOException {
    Set<PosixFilePermission> others =
        Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
    if (Files.getPosixFilePermissions(file).stream().anyMatch(others::contains)) {
      throw new IOException(file + " holds a secret and others may read it; chmod 600 it");
    }
    JsonNode said;
    try {
      said = new JsonMapper().readTree(Files.readString(file));
    } catch (JacksonException e) {
      throw new IOException(file + " is no JSON object");
    }
    if (said.path("token").isString()) {
      return new Token(said.path("token").asString());
    }
    try {
      return new Keystone(PlacementUrl.parse(text(file, said, "auth_url")), question(file, said));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": auth_url " + e.getMessage(), e);
    }
  }

  private static String question(Path file, JsonNode said) throws IOException {
    ObjectNode auth = new JsonMapper().createObjectNode();
    ObjectNode identity = auth.putObject("auth").putObject("identity");
    if (said.has("application_credential_id")) {
      identity.putArray("methods").add("application_credential");
      identity
          .putObject("application_credential")
          .put("id", text(file, said, "application_credential_id"))
          .put("secret", text(file, said, "application_credential_secret"));
      return auth.toString();
    }
    identity.putArray("methods").add("password");
    ObjectNode user = identity.putObject("password").putObject("user");
    user.put("name", text(file, said, "username")).put("password", text(file, said, "password"));
    user.putObject("domain").put("name", said.path("user_domain_name").asString("Default"));
    ObjectNode project = ((ObjectNode) auth.get("auth")).putObject("scope").putObject("project");
    project.put("name", text(file, said, "project_name"));
    project.putObject("domain").put("name", said.path("project_domain_name").asString("Default"));
    return auth.toString();
  }

  private static String text(Path file, JsonNode said, String field) throws IOException {
    String text = said.path(field).asString("");
    if (text.isEmpty()) {
      throw new IOException(file + " lacks " + field);
    }
    return text;
  }
}
