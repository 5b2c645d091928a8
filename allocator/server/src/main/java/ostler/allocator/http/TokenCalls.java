package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import ostler.allocator.store.Desk;
import ostler.allocator.store.TokenDesk;
import ostler.allocator.store.Tokens;
import ostler.allocator.store.Tokens.Role;
import ostler.allocator.store.Tokens.Token;
import ostler.inventory.ProjectId;

/** Tokens, for admins. */
@RestController
@Tag(name = "tokens")
public final class TokenCalls {

  private static final int MAX_NAME_CHARS = 128;
  private static final long MAX_LIFE_SECONDS = Duration.ofDays(3660).toSeconds();

  private final Desk desk;
  private final Tokens tokens;
  private final TokenDesk tokenDesk;

  public TokenCalls(Desk desk, Tokens tokens, TokenDesk tokenDesk) {
    this.desk = desk;
    this.tokens = tokens;
    this.tokenDesk = tokenDesk;
  }

  /** What token to give out; without a life it works until it is revoked. */
  public record TokenRequest(String name, String role, String project, Long lifeS) {}

  /** A token; the secret is told once, when it is given out. */
  public record TokenView(
      String id,
      String name,
      String role,
      String project,
      Instant created,
      Instant expires,
      boolean revoked,
      String token) {
    static TokenView of(Token token, String secret) {
      return new TokenView(
          token.id().toString(),
          token.name(),
          Door.lower(token.role()),
          token.project().map(ProjectId::value).orElse(null),
          token.created(),
          token.expires().orElse(null),
          token.revoked(),
          secret);
    }
  }

  @GetMapping("/v1/tokens")
  Listing<TokenView> listTokens() {
    return new Listing<>(
        desk.read(tokens::all).stream().map(token -> TokenView.of(token, null)).toList(), null);
  }

  @PostMapping("/v1/tokens")
  @ResponseStatus(HttpStatus.CREATED)
  TokenView issueToken(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller, @RequestBody TokenRequest body) {
    String name = Door.required("name", body.name());
    if (name.isBlank() || name.length() > MAX_NAME_CHARS) {
      throw new BadInput("name", "is 1 to " + MAX_NAME_CHARS + " characters");
    }
    Role role = Door.choice("role", Door.required("role", body.role()), Role.class);
    Optional<ProjectId> project = Door.optional("project", body.project(), ProjectId::new);
    if ((role == Role.PROJECT) != project.isPresent()) {
      throw new BadInput("project", "is said exactly for the role project");
    }
    Optional<Long> life = Optional.ofNullable(body.lifeS());
    if (life.filter(seconds -> seconds < 1 || seconds > MAX_LIFE_SECONDS).isPresent()) {
      throw new BadInput("life_s", "is 1 to " + MAX_LIFE_SECONDS + " seconds");
    }
    TokenDesk.Issued issued =
        RefusedCall.unlessDone(
            tokenDesk.issue(name, role, project, life.map(Duration::ofSeconds), caller.origin()));
    return TokenView.of(issued.token(), issued.secret());
  }

  @DeleteMapping("/v1/tokens/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void revokeToken(@RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String id) {
    RefusedCall.unlessDone(tokenDesk.revoke(Door.uuid("id", id), caller.origin()));
  }
}
