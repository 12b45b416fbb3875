// Parses a script without running it.
import org.codehaus.groovy.ast.builder.AstBuilder
import org.codehaus.groovy.control.CompilePhase

new AstBuilder().buildFromString(CompilePhase.CONVERSION, true, new File(args[0]).text)
