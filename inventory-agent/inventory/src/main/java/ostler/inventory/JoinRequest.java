package ostler.inventory;

import java.util.Objects;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;

/**
 * An agent's first call: it shows a token that works once, and the key by which its wipe records
 * are checked from then on.
 */
public record JoinRequest(String joinToken, AgentKey publicKey, String agentVersion) {

  private static final int MAX_TOKEN_CHARS = 512;

  public JoinRequest {
    Objects.requireNonNull(publicKey);
    Objects.requireNonNull(agentVersion);
    if (joinToken.isEmpty() || joinToken.length() > MAX_TOKEN_CHARS) {
      throw new IllegalArgumentException("a join token is 1 to " + MAX_TOKEN_CHARS + " characters");
    }
  }

  public String toJson() {
    return Json.write(
        out ->
            out.text("join_token", joinToken)
                .text("public_key", publicKey)
                .text("agent_version", agentVersion));
  }

  /**
   * Reads it and refuses unknown fields.
   *
   * @throws WireException naming the field and the rule that it breaks
   */
  public static JoinRequest read(byte[] document) throws WireException {
    return Json.read(
        document,
        JsonLimits.MESSAGE,
        in -> {
          JoinRequest request =
              new JoinRequest(
                  in.text("join_token"),
                  in.value("public_key", AgentKey::tryParse, "an Ed25519 public key"),
                  in.text("agent_version"));
          in.done();
          return request;
        });
  }

  /** Without the token, since a request may end up in a log. */
  @Override
  public String toString() {
    return "JoinRequest[agentVersion=" + agentVersion + "]";
  }
}
