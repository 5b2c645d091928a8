package ostler.allocator.http;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Outcome;
import ostler.allocator.store.Database;

/** A copy of the embedded database, while it is in use. */
@RestController
@Tag(name = "backup")
public final class BackupCalls {

  private static final String ZIP = "application/zip";

  private final Database database;
  private final Copier copier;

  /** Copies the database as it is at one moment. */
  @FunctionalInterface
  public interface Copier {
    void copyTo(OutputStream out) throws IOException;
  }

  public BackupCalls(Database database, Copier copier) {
    this.database = database;
    this.copier = copier;
  }

  @ApiResponse(
      responseCode = "200",
      content = @Content(mediaType = ZIP, schema = @Schema(type = "string", format = "binary")))
  @GetMapping("/v1/backup")
  void backUp(HttpServletResponse response) throws IOException {
    RefusedCall.unlessDone(
        database.isShared()
            ? Outcome.refused(
                Code.NOT_EMBEDDED, "PostgreSQL is copied with its own tools; use pg_dump")
            : Outcome.done(database));
    response.setContentType(ZIP);
    copier.copyTo(response.getOutputStream());
  }
}
