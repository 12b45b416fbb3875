// Prints the stages of declarative pipelines that have commands, as Groovy's own parser reads them: one line each, of the file, the
// stage at the top, the stage, and its commands.
import org.codehaus.groovy.ast.builder.AstBuilder
import org.codehaus.groovy.ast.expr.*
import org.codehaus.groovy.ast.stmt.*
import org.codehaus.groovy.control.CompilePhase

args.each { file ->
    def statements = new AstBuilder().buildFromString(CompilePhase.CONVERSION, true, new File(file).text)
        .find { it instanceof BlockStatement }
    def pipeline = callsOf(statements).find { it.methodAsString == 'pipeline' }
    if (pipeline == null) {
        throw new IllegalStateException("$file has no pipeline")
    }
    walk(file, callsOf(bodyOf(pipeline)), [])
}

def walk(String file, List calls, List path) {
    calls.each { call ->
        if (call.methodAsString == 'stage') {
            def name = call.arguments.expressions[0].value
            def inner = callsOf(bodyOf(call))
            def steps = inner.find { it.methodAsString == 'steps' }
            def commands = steps == null ? [] : callsOf(bodyOf(steps)).findAll { it.methodAsString == 'sh' }
                .collect { it.arguments.expressions[0].value }
            if (commands) {
                println(([file, path ? path[0] : name, name] + commands).join('\t'))
            }
            walk(file, inner, path + name)
        } else if (call.methodAsString == 'stages') {
            walk(file, callsOf(bodyOf(call)), path)
        }
    }
}

def bodyOf(call) {
    call.arguments.expressions.find { it instanceof ClosureExpression }.code
}

def callsOf(block) {
    block.statements.findAll { it instanceof ExpressionStatement || it instanceof ReturnStatement }*.expression
        .findAll { it instanceof MethodCallExpression }
}
