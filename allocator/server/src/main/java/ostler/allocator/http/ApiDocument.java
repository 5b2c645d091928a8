package ostler.allocator.http;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;

/** What the generated description of the interface cannot know by itself. */
public final class ApiDocument {

  private static final String TOKEN = "token";
  private static final String PROBLEM = "Problem";

  private ApiDocument() {}

  /** The frame; it names no server, since the document is the same on all of them. */
  public static OpenAPI frame() {
    return new OpenAPI()
        .info(
            new Info()
                .title("Ostler")
                .version("v1")
                .description(
                    "Hands out GPUs and other PCI devices, clean between tenants. Refusals are"
                        + " problem documents with a stable code."))
        .servers(List.of(new Server().url("/")))
        .components(
            new Components()
                .addSecuritySchemes(
                    TOKEN, new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer")))
        .addSecurityItem(new SecurityRequirement().addList(TOKEN));
  }

  /** Every call may be refused, and always in the same form. */
  public static OpenApiCustomizer refusals() {
    return api -> {
      ModelConverters.getInstance(true)
          .read(Problem.class)
          .forEach(api.getComponents()::addSchemas);
      ApiResponse refusal =
          new ApiResponse()
              .description("refused; see the code")
              .content(
                  new Content()
                      .addMediaType(
                          "application/problem+json",
                          new MediaType()
                              .schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM))));
      api.getPaths()
          .values()
          .forEach(
              path ->
                  path.readOperations()
                      .forEach(call -> call.getResponses().addApiResponse("default", refusal)));
    };
  }

  /** Fields are named as the server names them. */
  public static ModelResolver fieldNames() {
    return new ModelResolver(
        Json31.mapper().copy().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE));
  }
}
