/*
 * What a shell reads when it starts. The scripts know nothing of the commands: for every Tab they ask `sensorium complete`,
 * which prints the kind of paths that may stand there (files, folders or none), then words, each with a tab and its meaning.
 */

/** Bash cuts words at = and : and completes the last piece; versions before 4 have no compopt and offer words alone. */
const bash = `# bash completion of sensorium
_sensorium() {
  local typed=() last current line word i
  for ((i = 1; i <= COMP_CWORD; i++)); do
    if [[ i -gt 1 && ( \${COMP_WORDS[i]} == [=:]* || \${COMP_WORDS[i - 1]} == [=:]* ) ]]; then
      typed[\${#typed[@]} - 1]+=\${COMP_WORDS[i]}
    else
      typed+=("\${COMP_WORDS[i]}")
    fi
  done
  last=\${typed[\${#typed[@]} - 1]}
  current=$last
  [[ $COMP_WORDBREAKS == *=* ]] && current=\${last##*=}

  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      files) compopt -o default 2>/dev/null ;;
      folders) compopt -o plusdirs 2>/dev/null ;;
      none) ;;
      *)
        word=\${line%%$'\\t'*}
        [[ $word == *[=.] ]] && compopt -o nospace 2>/dev/null
        COMPREPLY+=("\${word#"\${last%"$current"}"}")
        ;;
    esac
  done < <("$1" complete -- "\${typed[@]}" 2>/dev/null)
}
complete -F _sensorium sensorium`;

/** As a file of the function path, too, which is then the function itself. */
const zsh = `#compdef sensorium
# zsh completion of sensorium
_sensorium() {
  local -a reply meant open
  local line word
  reply=("\${(@f)$("$words[1]" complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${(@)reply[2,-1]}"; do
    word=\${line%%$'\\t'*}
    if [[ $word == *[=.] ]]; then
      open+=("$word")
    else
      meant+=("\${word//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done
  (( $#open )) && compadd -S '' -a open
  (( $#meant )) && _describe sensorium meant
  case $reply[1] in
    files) compset -P '*='; _files ;;
    folders) compset -P '*='; _files -/ ;;
  esac
}
if [[ $funcstack[1] == _sensorium ]]; then
  _sensorium "$@"
else
  compdef _sensorium sensorium
fi`;

const fish = `# fish completion of sensorium
function __sensorium_complete
    set -l before (commandline -opc)
    set -l last (commandline -ct)
    set -l reply ($before[1] complete -- $before[2..] $last 2>/dev/null)
    set -l prefix (string match -r '^[^=]*=' -- $last; or echo)
    set -l rest (string replace -r '^[^=]*=' '' -- $last)
    switch "$reply[1]"
        case files
            string join \\n -- $prefix(__fish_complete_path $rest)
        case folders
            string join \\n -- $prefix(__fish_complete_directories $rest)
    end
    string join \\n -- $reply[2..]
end
complete -c sensorium -f -a '(__sensorium_complete)'`;

export const scripts = { bash, zsh, fish } as const;
